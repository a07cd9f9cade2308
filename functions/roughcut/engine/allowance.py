"""What one encoder may use at most, and the command that holds it to that."""

import os
import sys
from dataclasses import astuple, dataclass
from pathlib import Path

_MIB = 1 << 20
_BOOT = "import sys; sys.path[:0] = [sys.argv.pop(1)]; from roughcut.engine.launch import main; main()"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds of processor time, bytes of memory, bytes in one file.

    FFmpeg's own `-fs` ends a film quietly, as if it were whole; the limit on a file is an error.
    """

    cpu_seconds: int
    memory: int
    file: int = 20480 * _MIB  # twice a worker's disk: only a runaway reaches it


def launcher(executable: Path, allowance: Allowance) -> list[str]:
    """The command that gives up all else and becomes `executable`; its arguments follow."""
    root = str(Path(__file__).parents[2])
    figures = [str(figure) for figure in (os.getpid(), *astuple(allowance))]
    return [sys.executable, "-I", "-S", "-c", _BOOT, root, *figures, str(executable)]
