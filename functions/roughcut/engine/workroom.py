"""A private folder and an encoder for one step; both are gone when it ends."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from roughcut.engine.binary import ffmpeg_path
from roughcut.engine.ffmpeg import Ffmpeg
from roughcut.engine.privacy import refuse_inspection
from roughcut.jobs.errors import PlanTooLarge
from roughcut.ports import Clock

_RESERVE_MS = 20_000  # before the Lambda's end: to kill, clean up and answer
_OWN_MIB = 233  # of the Lambda's memory: Python, and what it reads of FFmpeg's listings
_MIB = 1 << 20


@contextmanager
def workroom(
    ffmpeg: str | None, *, deadline_ms: int, remaining_ms: int, memory_mib: int, clock: Clock
) -> Iterator[tuple[Path, Ffmpeg]]:
    """`ffmpeg` overrides the bundled one; `remaining_ms` is what the Lambda has left, `memory_mib` what it is given.

    Raises `PlanTooLarge` if Python itself, downloading, meets a full disk.
    """
    stop_at_ms = min(deadline_ms, clock() + remaining_ms - _RESERVE_MS)
    memory = (memory_mib - _OWN_MIB) * _MIB
    refuse_inspection()
    with TemporaryDirectory(prefix="roughcut-") as folder:
        try:
            yield Path(folder), Ffmpeg(ffmpeg_path(ffmpeg), stop_at_ms=stop_at_ms, memory=memory, clock=clock)
        except OSError as problem:
            if problem.errno == errno.ENOSPC:
                raise PlanTooLarge("The worker's disk is full.") from problem
            raise
