"""A directory of kept data belongs to one living process."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from workbench.embedded.faults import DataRefused
from workbench.embedded.keeping.directory import Directory
from workbench.embedded.keeping.journal import FORMAT, Journal

HOLD = """
import sys
from pathlib import Path
from workbench.embedded.keeping.directory import Directory
held = Directory(Path(sys.argv[1])).hold()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds `tmp_path`."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_with_the_pid_of_the_first(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(DataRefused, match=rf"^The data in {tmp_path} are in use by process {holder.pid}; end it first"):
        Directory(tmp_path).hold()


def test_death_lets_go_of_it(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()

    held = Directory(tmp_path).hold()

    assert (tmp_path / "lock").read_text() == str(os.getpid())
    held.release()


def test_this_process_may_hold_it_again_after_it_let_go(tmp_path: Path) -> None:
    Directory(tmp_path).hold().release()

    again = Directory(tmp_path).hold()

    assert (tmp_path / "lock").read_text() == str(os.getpid())
    again.release()


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("film.mp4", "Data cannot be kept in .*film.mp4: not a directory."),
        ("film.mp4/below", "Data cannot be kept in .*below: not a directory."),
        ("/proc/roughcut", "Data cannot be kept in /proc/roughcut: no such file or directory."),
    ],
)
def test_what_cannot_be_written_is_said_in_one_sentence(tmp_path: Path, path: str, sentence: str) -> None:
    (tmp_path / "film.mp4").write_bytes(b"film")

    with pytest.raises(DataRefused, match=f"^{sentence}$"):
        Directory(tmp_path / path).hold()


def test_a_newer_format_is_refused_by_its_number(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "roughcut.db")) as database:
        database.execute(f"PRAGMA user_version = {FORMAT + 1}")

    with pytest.raises(DataRefused, match=rf"have format {FORMAT + 1} and this Roughcut knows {FORMAT}; use a newer"):
        Journal(tmp_path / "roughcut.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roughcut.db").write_bytes(b"not a database at all" * 100)

    with pytest.raises(DataRefused, match="cannot be opened: file is not a database"):
        Journal(tmp_path / "roughcut.db")
