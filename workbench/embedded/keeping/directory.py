"""The directory itself: one process at a time, one format."""

import fcntl
import os
from pathlib import Path
from typing import Self

from workbench.embedded.faults import DataRefused


class Directory:
    """Held from `hold` to `release`, or to the death of this process, whatever that is: the lock is the kernel's."""

    def __init__(self, path: Path) -> None:
        """`path` is made if it is not there. Raises `DataRefused`."""
        self.path = path.resolve()
        self.database = self.path / "roughcut.db"
        self.bodies = self.path / "objects"
        self._lock: int | None = None

    def hold(self) -> Self:
        """Raises `DataRefused` if it cannot be written, or belongs to another process, which is named by its pid."""
        try:
            self.bodies.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as problem:
            raise DataRefused(f"Data cannot be kept in {self.path}: {reason(problem)}.") from problem
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            holder = os.read(lock, 20).decode().strip() or "that has just started"
            os.close(lock)
            raise DataRefused(f"The data in {self.path} are in use by process {holder}; end it first.") from problem
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock
        return self

    def release(self) -> None:
        """Let another process have it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def reason(problem: OSError) -> str:
    """What the system says, in its words."""
    return (problem.strerror or str(problem)).lower()
