"""A worker and everything it started: how much memory that is, and how it ends.

Imports nothing of ours: the guardian must start fast.
"""

import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

# Linux has it, macOS has not.
_PROC = Path("/proc")


class ProcessTable:
    """Who is whose child. Read at most once in `fresh` seconds, however many workers ask."""

    def __init__(self, fresh: float) -> None:
        self._fresh, self._read_at = fresh, float("-inf")
        self._children: dict[int, list[int]] = {}
        self._lock = threading.Lock()

    def below(self, pid: int) -> list[int]:
        """`pid` and its descendants."""
        with self._lock:
            if time.monotonic() - self._read_at > self._fresh:
                self._children, self._read_at = _children(), time.monotonic()
            return _walk(pid, self._children)


def resident(pids: Iterable[int]) -> int:
    """Bytes of memory that the processes hold, those that are gone counting nothing."""
    return sum(_resident(pid) for pid in pids)


def kill(pids: Iterable[int], folder: Path, known: Iterable[int] = ()) -> None:
    """End the sessions of `pids`, all their descendants, and those `known` from before that still are the same.

    ffmpeg has its own process group, and a parent that died no longer names its children: the session still does. A
    daemon has left the session too, but every process inherits the environment, which names `folder`: the workers'
    temporary files.
    """
    leaders, children = set(pids), _children()
    for target in {*known, *(pid for leader in leaders for pid in _walk(leader, children)), *_marked(leaders, folder)}:
        _kill(target)
    # What was just being started has no other parent by now, but the session and the environment still.
    for target in _marked(leaders, folder):
        _kill(target)


def _children() -> dict[int, list[int]]:
    found = defaultdict(list)
    for pid, parent in _parents():
        found[parent].append(pid)
    return found


def _parents() -> Iterator[tuple[int, int]]:
    """(pid, parent's pid) of all processes. psutil opens several files of each, and busy workers ask often."""
    if not _PROC.is_dir():
        yield from ((process.pid, process.info["ppid"]) for process in psutil.process_iter(["ppid"]))
        return
    for pid in psutil.pids():
        # "7 (any name) S 1 ...": a name may have spaces and brackets of its own. A Path interns all its parts.
        with suppress(OSError), open(f"{_PROC}/{pid}/stat", "rb") as file:  # noqa: PTH123
            yield pid, int(file.read().rpartition(b")")[2].split()[1])


def _walk(pid: int, children: dict[int, list[int]]) -> list[int]:
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, ()))
    return found


def _marked(leaders: set[int], folder: Path) -> list[int]:
    own = os.getpid()
    return [pid for pid in psutil.pids() if pid != own and (_session_of(pid) in leaders or _names(pid, folder))]


def _names(pid: int, folder: Path) -> bool:
    """Whether the environment that the process began with has a path at or below `folder`."""
    try:
        values = psutil.Process(pid).environ().values()
    except (psutil.Error, OSError):
        # It is gone, or another user's.
        return False
    return any(value == str(folder) or value.startswith(f"{folder}{os.sep}") for value in values)


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        # It ended by itself, or is not ours any more.
        return


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
