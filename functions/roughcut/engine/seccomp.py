"""Takes from a process the system calls that an encoder has no use for: sockets, other processes, and ways round.

A refused call answers EPERM, so that FFmpeg ends with a sentence instead of a crash. Linux on x86_64 and aarch64.
"""

import ctypes
import os
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_FROM, _JUMP_BITS, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF instructions
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
_CLONE_THREAD = 0x00010000
_CLONE3 = 435  # its flags lie in memory, where a filter cannot look; without it the C library takes clone
_FOREIGN_NUMBERS = 0x40000000  # x32 calls, which x86_64 kernels may answer too; aarch64 has none so high

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_REFUSED = {  # by name: the numbers on x86_64 and aarch64, None where the call does not exist
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "io_uring_setup": (425, 425),  # opens sockets without the calls above
    "pidfd_getfd": (438, 438),  # takes them from another process
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "setsid": (112, 157),  # would leave the group that is killed
    "setpgid": (109, 154),
    "fork": (57, None),
    "vfork": (58, None),
    "unshare": (272, 97),
    "bpf": (321, 280),
}


def refuse_sockets() -> str | None:
    """From now on, for this process and what it becomes. Why it could not be done, None if it was."""
    machine = os.uname().machine
    if machine not in _AUDIT:
        return f"no filter for {machine}"
    code = _program(machine)
    libc = ctypes.CDLL(None, use_errno=True)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(instructions))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        return f"error {ctypes.get_errno()}"
    return None


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _program(machine: str) -> bytes:
    """A jump skips so many instructions if its test holds, so many if not."""
    numbers = [number for pair in _REFUSED.values() if (number := pair[machine == "aarch64"]) is not None]
    count = len(numbers)
    checks = [(_JUMP_EQUAL, number, count - index + 4, 0) for index, number in enumerate(numbers)]
    steps = [
        (_LOAD, _ARCHITECTURE, 0, 0),
        (_JUMP_EQUAL, _AUDIT[machine], 0, count + 7),
        (_LOAD, _NUMBER, 0, 0),
        (_JUMP_FROM, _FOREIGN_NUMBERS, count + 5, 0),
        *checks,
        (_JUMP_EQUAL, _CLONE3, 5, 0),
        (_JUMP_EQUAL, _CLONE[machine], 0, 2),
        (_LOAD, _FIRST_ARGUMENT, 0, 0),
        (_JUMP_BITS, _CLONE_THREAD, 0, 1),
        (_ANSWER, _ALLOW, 0, 0),
        (_ANSWER, _EPERM, 0, 0),
        (_ANSWER, _ENOSYS, 0, 0),
    ]
    return b"".join(struct.pack("HBBI", code, yes, no, value) for code, value, yes, no in steps)
