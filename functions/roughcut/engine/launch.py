"""Runs in the child process, before FFmpeg takes it over: gives up what an encoder does not need.

A program of its own, because code between fork and exec of a threaded parent may deadlock; see `allowance.launcher`.
It imports little: every encoder waits for it.
"""

import ctypes
import os
import resource
import sys
from itertools import pairwise

from roughcut.engine.landlock import show_only
from roughcut.engine.seccomp import refuse_sockets

NOTE = "roughcut: "  # begins what is said here on stderr; the rest is FFmpeg's
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9
_MOST_OPEN_FILES = 256
_STACK = 2 << 20  # of each thread, as FFmpeg has on Windows: a hundred threads of the usual 8 MiB would count as memory
_MOST_ADDRESSES = 16 << 30  # not memory: thread stacks and caches of many decoders
_SYSTEM = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache"]  # where the loader finds a program's libraries


def main() -> None:
    parent, cpu_seconds, memory, file = (int(figure) for figure in sys.argv[1:5])
    executable, *arguments = sys.argv[5:]
    _die_with(parent)
    _limit(cpu_seconds, memory, file)
    if sys.platform == "linux":
        _confine(executable, arguments)
    os.execve(executable, [executable, *arguments], {})  # noqa: S606  # no shell, no environment: that is the point


def _die_with(parent: int) -> None:
    """A killed worker must not leave an encoder behind that fills the disk of the next one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def _limit(cpu_seconds: int, memory: int, file: int) -> None:
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES)
    _lower(resource.RLIMIT_AS, _MOST_ADDRESSES)
    _lower(resource.RLIMIT_STACK, _STACK)
    _lower(resource.RLIMIT_DATA, memory)
    _lower(resource.RLIMIT_FSIZE, file)
    # At the hard limit the kernel sends SIGKILL, which would look like a kill from outside.
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 5)


def _lower(limit: int, soft: int, hard: int | None = None) -> None:
    hard = soft if hard is None else hard
    _, most = resource.getrlimit(limit)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    try:
        resource.setrlimit(limit, (soft, hard))
    except (ValueError, OSError):  # macOS refuses RLIMIT_AS
        return


def _confine(executable: str, arguments: list[str]) -> None:
    """Where the kernel can: no files but the folder's and those the command names, no sockets, no processes."""
    given, written = _named(arguments)
    refusals = {
        "landlock": show_only([*_SYSTEM, *_home(executable), *given], [".", *written]),
        "seccomp": refuse_sockets(),
    }
    for name, reason in refusals.items():
        if reason:
            sys.stderr.write(f"{NOTE}{name} is unavailable: {reason}\n")
    sys.stderr.flush()


def _home(executable: str) -> list[str]:
    """The program, and the libraries that came with it."""
    folder = os.path.dirname(os.path.realpath(executable))  # noqa: PTH120  # see landlock.py
    return [executable, f"{folder}/../lib"]


def _named(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The files that the command reads and those that it writes, as far as it names them."""
    given: list[str] = []
    written: list[str] = []
    for before, argument in pairwise(arguments):
        if argument.startswith("file:"):
            (given if before == "-i" else written).append(argument.removeprefix("file:"))
    return given, written
