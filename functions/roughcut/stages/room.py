"""What a step works with: a private folder and an encoder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from roughcut.jobs.errors import PlanTooLarge
from roughcut.ports import Encoder

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Room:
    """`folder` is empty at first and nobody else's."""

    folder: Path
    encoder: Encoder

    def require(self, size_bytes: int, purpose: str) -> None:
        """Raises `PlanTooLarge`, with the figures, if the disk has not twice that: once to fetch, once to write."""
        free = shutil.disk_usage(self.folder).free
        if 2 * size_bytes > free:
            raise PlanTooLarge(
                f"{purpose} needs {2 * size_bytes // _MIB} MiB of disk: the worker has {free // _MIB} MiB free."
            )
