"""Shows a process only the files it needs (Linux 5.13 and later): all else on the disk cannot even be opened."""

import ctypes
import os
import struct

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same numbers on every architecture
_ASK_VERSION, _PATH_BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38
_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF}  # all that a version can refuse, as bits; later ones add none we need
_READ = 0b1101  # execute, read files, list folders
_OF_A_FILE = 0b100_0000_0000_0111  # the rights there are on a file itself: execute, write, read, truncate


def show_only(readable: list[str], writable: list[str]) -> str | None:
    """From now on, for this process and what it becomes. Why it could not be done, None if it was."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:
        return f"error {ctypes.get_errno()}"
    every = _RIGHTS[min(version, max(_RIGHTS))]
    rules = libc.syscall(_CREATE, struct.pack("Q", every), 8, 0)
    for path in readable:
        _add(libc, rules, path, _READ)
    for path in writable:
        _add(libc, rules, path, every)
    if rules < 0 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(_RESTRICT, rules, 0):
        return f"error {ctypes.get_errno()}"
    os.close(rules)
    return None


def _add(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    """What is not there stays out of sight."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):  # noqa: PTH112  # pathlib would double the time a launch takes
        rights &= _OF_A_FILE
    libc.syscall(_ADD, rules, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)
