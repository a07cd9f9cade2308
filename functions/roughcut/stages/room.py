"""What a step works with: a private folder and an encoder."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from roughcut.jobs.errors import PlanTooLarge
from roughcut.ports import Encoder

_MIB = 1 << 20


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Room:
    """`folder` is empty at first and nobody else's; `free` tells the bytes that may still be written to it."""

    folder: Path
    encoder: Encoder
    free: Callable[[Path], int] = _free

    def require(self, size_bytes: int, purpose: str) -> None:
        """Raises `PlanTooLarge`, with the figures, if the disk has not twice that: once to fetch, once to write."""
        free = self.free(self.folder)
        if 2 * size_bytes > free:
            raise PlanTooLarge(
                f"{purpose} needs {2 * size_bytes // _MIB} MiB of disk: the worker has {free // _MIB} MiB free."
            )
