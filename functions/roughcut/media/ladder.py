"""The ladder: which rungs a film gets, and with what settings.

The settings are one table. Preset and CRF are for closed GOPs of 6 s from one lossy generation: the cheapest measured
to come as near to the sources as the older system (benchmarks/results.md); 480p needs the dearer preset to do so in
about its bytes. Rungs that it did not have take their neighbour's. Ceilings (kbit/s) are its own where it had the rung.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any, Self

from roughcut.media.edit import Canvas
from roughcut.media.sizes import Size, fitted, scale_to_fit

THREADS = 3  # per encoder: what x264 itself takes on two cores, and a chunk worker's vCPUs; other counts, other bits
FAST_RATE = 31  # frames per second above which a rung may spend half as much again
DEFAULT_RUNGS = ("1080p", "720p", "480p")


@dataclass(frozen=True, slots=True)
class Rung:
    """One rendition: its name, size and settings; rates in kbit/s."""

    name: str
    width: int
    height: int
    preset: str
    crf: float
    maxrate: int
    bufsize: int
    audio: int

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        return cls(**document)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rung that was asked for and left out, and why."""

    resolution: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


TABLE = (
    Rung("2160p", 3840, 2160, preset="veryfast", crf=24, maxrate=16_000, bufsize=24_000, audio=192),
    Rung("1440p", 2560, 1440, preset="veryfast", crf=24, maxrate=10_000, bufsize=15_000, audio=192),
    Rung("1080p", 1920, 1080, preset="veryfast", crf=24, maxrate=6_000, bufsize=10_000, audio=192),
    Rung("720p", 1280, 720, preset="veryfast", crf=24, maxrate=3_000, bufsize=5_000, audio=128),
    Rung("480p", 854, 480, preset="fast", crf=25.5, maxrate=1_500, bufsize=2_000, audio=96),
    Rung("360p", 640, 360, preset="fast", crf=25.5, maxrate=800, bufsize=1_200, audio=96),
    Rung("240p", 426, 240, preset="fast", crf=25.5, maxrate=400, bufsize=600, audio=96),
)
_BY_NAME = {rung.name: rung for rung in TABLE}


def ladder(canvas: Canvas, wanted: Iterable[str]) -> tuple[list[Rung], list[Skipped]]:
    """The rungs of a film, largest first, never enlarged; if none fits, one of the canvas's own size."""
    boxes = sorted((_BY_NAME[name] for name in set(wanted)), key=lambda rung: -rung.height)
    rungs = [_rung(box, canvas) for box in boxes if not _is_above(box, canvas)]
    skipped = [Skipped(box.name, _reason(box, canvas)) for box in boxes if _is_above(box, canvas)]
    return rungs or [own_rung(canvas)], skipped


def class_of(rung: Rung) -> str:
    """The rung of the table whose settings it has."""
    return min(TABLE, key=lambda one: abs(one.height - rung.size.short_side)).name


def own_rung(canvas: Canvas) -> Rung:
    """One rung of exactly the canvas's size, named by its short side, with the settings of the rung it comes near."""
    nearest = min(TABLE, key=lambda rung: abs(rung.height - canvas.size.short_side))
    name = f"{canvas.size.short_side}p"
    return _paced(replace(nearest, name=name, width=canvas.size.width, height=canvas.size.height), canvas.rate)


def _rung(box: Rung, canvas: Canvas) -> Rung:
    size = fitted(canvas.size, box.size.turned_like(canvas.size))
    return _paced(replace(box, width=size.width, height=size.height), canvas.rate)


def _paced(rung: Rung, rate: Fraction) -> Rung:
    if rate < FAST_RATE:
        return rung
    return replace(rung, maxrate=rung.maxrate * 3 // 2, bufsize=rung.bufsize * 3 // 2)


def _is_above(box: Rung, canvas: Canvas) -> bool:
    return scale_to_fit(canvas.size, box.size.turned_like(canvas.size)) > 1


def _reason(box: Rung, canvas: Canvas) -> str:
    return f"The film is {canvas.size}: {box.name} would enlarge it."
