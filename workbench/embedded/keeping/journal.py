"""Things by kind, place and key, in one SQLite database; changes are noted at once and committed together.

A thing is overwritten or deleted, never added to: the database is as large as what there is to keep. What is committed
is always a beginning of the order in which changes were noted, and what was noted in one call is committed in one
transaction, so a kill at any instant leaves a state that was.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from workbench.embedded.faults import DataRefused

FORMAT = 1  # of the database, in its user_version
_RETRY_SECONDS = 0.5
_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
    UNIQUE (kind, place, key)
)
"""
_PUT = """
INSERT INTO things (kind, place, key, value) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, place, key) DO UPDATE SET value = excluded.value
"""
_DELETE = "DELETE FROM things WHERE kind = ? AND place = ? AND key = ?"


class Thing(NamedTuple):
    """`place`: the logical id of the resource that it is in, or nothing."""

    kind: str
    place: str
    key: str


class NotKept(Exception):
    """What was noted cannot be committed now; it stays noted, and is tried again."""


Changes = Mapping[Thing, bytes | None]


class Journal:
    """Open from its making to `close`."""

    def __init__(self, database: Path) -> None:
        """Raises `DataRefused` for a file of another format."""
        self._database = _opened(database)
        self._reader = _opened(database)
        self._reading = threading.Lock()
        self._changed = threading.Condition()
        self._pending: dict[Thing, bytes | None] = {}
        self._waste: list[Path] = []
        self._noted = self._committed = self._failed = 0
        self._closing = False
        self.problem = ""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def all_of(self, kind: str) -> Iterator[tuple[Thing, bytes]]:
        """What is committed, in the order in which things first came to be."""
        query = "SELECT place, key, value FROM things WHERE kind = ? ORDER BY number"
        with self._reading:
            rows = self._reader.execute(query, (kind,)).fetchall()
        for place, key, value in rows:
            yield Thing(kind, place, key), value

    def read(self, thing: Thing) -> bytes | None:
        """What is committed of one thing."""
        query = "SELECT value FROM things WHERE kind = ? AND place = ? AND key = ?"
        with self._reading:
            row = self._reader.execute(query, thing).fetchone()
        return None if row is None else bytes(row[0])

    def note(self, changes: Changes, waste: Sequence[Path] = ()) -> None:
        """Commit these soon, all or none; None deletes. `waste`: files that are of no use once that is done."""
        if not changes:
            return
        with self._changed:
            self._pending.update(changes)
            self._waste += waste
            self._noted += 1
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until everything that was noted before this call is committed. Raises `NotKept`."""
        with self._changed:
            target = self._noted
            self._changed.wait_for(lambda: self._committed >= target or self._failed >= target)
            if self._committed < target:
                raise NotKept(self.problem)

    def close(self) -> None:
        """Commit what is noted, if that can be done, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        with self._reading:
            self._reader.close()

    def _run(self) -> None:
        with closing(self._database):
            while self._wait_for_work():
                self._commit_pending()

    def _wait_for_work(self) -> bool:
        """False at the end. After a failure only time brings a next try."""
        with self._changed:
            if self.problem:
                self._changed.wait_for(lambda: self._closing, _RETRY_SECONDS)
            self._changed.wait_for(lambda: self._pending or self._closing)
            return bool(self._pending) and not (self._closing and self.problem)

    def _commit_pending(self) -> None:
        with self._changed:
            changes, self._pending = self._pending, {}
            waste, self._waste = self._waste, []
            target = self._noted
        try:
            self._commit(changes)
        except sqlite3.Error as problem:
            self._put_back(changes, waste, target, str(problem))
            return
        for path in waste:
            # What cannot be removed now is found at the next start.
            with suppress(OSError):
                path.unlink()
        with self._changed:
            self._committed, self.problem = target, ""
            self._changed.notify_all()

    def _commit(self, changes: Changes) -> None:
        try:
            self._database.execute("BEGIN")
            self._database.executemany(_PUT, [(*t, value) for t, value in changes.items() if value is not None])
            self._database.executemany(_DELETE, [thing for thing, value in changes.items() if value is None])
            self._database.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def _put_back(self, changes: Changes, waste: list[Path], target: int, problem: str) -> None:
        with self._changed:
            self._pending = {**changes, **self._pending}
            self._waste = waste + self._waste
            self._failed, self.problem = target, problem
            self._changed.notify_all()


def _opened(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > FORMAT:
            raise DataRefused(
                f"The data in {path.parent} have format {version} and this Roughcut knows {FORMAT}; use a newer one."
            )
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(_SCHEMA)
        database.execute(f"PRAGMA user_version = {FORMAT}")
    except sqlite3.Error as problem:
        raise DataRefused(f"The data in {path.parent} cannot be opened: {problem}.") from problem
    return database
