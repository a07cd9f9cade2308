"""What was settled is there again, whatever happened in between."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from workbench.embedded.keeping.journal import Journal, NotKept, Thing

KEYS = some.sampled_from([Thing(kind, place, "key") for kind in ("row", "message") for place in ("A", "B")])
CHANGES = some.dictionaries(KEYS, some.none() | some.binary(max_size=9000), max_size=3)
# Notes pairs that only ever change together, and says which are settled.
COUNT = """
import sys
from pathlib import Path
from workbench.embedded.keeping.journal import Journal, Thing
journal = Journal(Path(sys.argv[1]))
for number in range(1_000_000):
    value = str(number).encode()
    journal.note({Thing("count", "left", "n"): value, Thing("count", "right", "n"): value})
    journal.note({Thing("passing", "", str(number)): value, Thing("passing", "", str(number - 2)): None})
    journal.settle()
    print(number, flush=True)
"""


@contextmanager
def opened(database: Path) -> Iterator[Journal]:
    journal = Journal(database)
    try:
        yield journal
    finally:
        journal.close()


def everything(journal: Journal) -> dict[Thing, bytes]:
    return {thing: value for kind in ("row", "message") for thing, value in journal.all_of(kind)}


@settings(max_examples=15, deadline=None)
@given(notes=some.lists(CHANGES, max_size=12))
def test_whatever_was_noted_is_what_is_read_after_the_next_start(notes: list[dict[Thing, bytes | None]]) -> None:
    there: dict[Thing, bytes | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder) / "db") as journal:
            for changes in notes:
                journal.note(changes)
                there |= changes
            journal.settle()
            now = everything(journal)
        with opened(Path(folder) / "db") as journal:
            again = everything(journal)

    assert now == again == {thing: value for thing, value in there.items() if value is not None}


@pytest.mark.parametrize("after", [1, 23])
def test_a_kill_loses_nothing_that_was_settled_and_halves_nothing(tmp_path: Path, after: int) -> None:
    database = tmp_path / "db"
    with subprocess.Popen([sys.executable, "-c", COUNT, str(database)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        told = [int(process.stdout.readline()) for _ in range(after)]
        process.kill()
        told += [int(line) for line in process.stdout]

    with opened(database) as journal:
        left, right = (int(value) for _, value in journal.all_of("count"))
        passing = [int(thing.key) for thing, _ in journal.all_of("passing")]

    assert left == right >= told[-1]
    assert set(passing) <= {left - 2, left - 1, left}


def test_things_come_in_the_order_in_which_they_first_came(tmp_path: Path) -> None:
    first, second = Thing("message", "", "b"), Thing("message", "", "a")
    with opened(tmp_path / "db") as journal:
        journal.note({first: b"1"})
        journal.note({second: b"2"})
        journal.note({first: b"3"})
        journal.settle()

        assert list(journal.all_of("message")) == [(first, b"3"), (second, b"2")]


def test_a_file_is_removed_once_nothing_refers_to_it(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_bytes(b"film")
    with opened(tmp_path / "db") as journal:
        journal.note({Thing("object", "A", "film"): b"new"}, [old])
        journal.settle()

    assert not old.exists()


def test_a_full_disk_is_said_and_what_was_noted_is_committed_when_there_is_room_again(tmp_path: Path) -> None:
    large = Thing("row", "A", "large")
    with opened(tmp_path / "db") as journal:
        journal._database.execute("PRAGMA max_page_count = 20")
        journal.note({large: b"x" * 1_000_000})
        with pytest.raises(NotKept, match="database or disk is full"):
            journal.settle()
        assert (journal.problem, journal.read(large)) == ("database or disk is full", None)

        journal._database.execute("PRAGMA max_page_count = 100000")
        journal.note({Thing("row", "A", "small"): b"y"})
        journal.settle()

        assert journal.problem == ""
        assert journal.read(large) == b"x" * 1_000_000
