"""Runs in the child process, before FFmpeg takes it over: gives up what an encoder does not need.

    python -I -S launch.py PARENT_PID EXECUTABLE ARGUMENT...

A program of its own, because code between fork and exec of a threaded parent may deadlock.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_GIB = 1 << 30
_LIMITS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 256,
    resource.RLIMIT_FSIZE: 20 * _GIB,  # twice a worker's disk: only a runaway reaches it
    resource.RLIMIT_AS: 16 * _GIB,  # addresses, not memory: thread stacks and caches of many decoders
}


def main() -> None:
    parent, executable, *arguments = sys.argv[1:]
    _die_with(int(parent))
    for limit, value in _LIMITS.items():
        _lower(limit, value)
    os.execve(executable, [executable, *arguments], {})  # noqa: S606  # no shell, no environment: that is the point


def _die_with(parent: int) -> None:
    """A killed worker must not leave an encoder behind that fills the disk of the next one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def _lower(limit: int, value: int) -> None:
    _, most = resource.getrlimit(limit)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    try:
        resource.setrlimit(limit, (value, value))
    except (ValueError, OSError):  # macOS refuses RLIMIT_AS
        return


if __name__ == "__main__":
    main()
