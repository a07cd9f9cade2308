"""Which pictures may stand for the film, and which of them does.

Candidates are taken from clips, never from slides unless there is nothing else. FFmpeg measures each: mean and spread
of the light (signalstats), width of the edges (blurdetect). The best is the sharpest of those that are neither dark,
washed out nor flat.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Self

from roughcut.media.chunks import Span, pieces
from roughcut.media.edit import Edit
from roughcut.media.sources import Clip

WIDTH = 640
PER_CHUNK = 6
MEASURES = "thumbnails.txt"
# Not more than twice as high, though a client may ask for a canvas of 16x2160.
_SCALED = f"scale={WIDTH}:{2 * WIDTH}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic"
_DARK, _BRIGHT, _FLAT = 40.0, 215.0, 40.0  # of 16..235; flat = 10th and 90th percentile nearer than this


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture on offer. `frame` of the film; the larger `score` the better; a slide ranks below every clip."""

    file: str
    frame: int
    score: float
    is_slide: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        return cls(**document)


def candidate_frames(edit: Edit, span: Span) -> list[int]:
    """Frames of the film, spread evenly over a span's clips; the middle of its first slide if it has no clip."""
    shown = pieces(edit, span)
    moving = [piece for piece in shown if isinstance(edit.sources[piece.source], Clip)]
    frames = [frame for piece in moving for frame in range(piece.at, piece.at + piece.frames)]
    if not frames:
        return [shown[0].at + shown[0].frames // 2]
    count = min(PER_CHUNK, len(frames))
    return [frames[(2 * index + 1) * len(frames) // (2 * count)] for index in range(count)]


def thumbnail_filters(frames: Sequence[int]) -> str:
    """From a chunk's pictures to its measured candidates; `frames` count from the chunk's start."""
    return _measured("+".join(f"eq(n,{frame})" for frame in frames))


def spread_filters(seconds: Fraction) -> str:
    """The same from pictures whose frames nobody knows beforehand (the key frames of a copied clip), evenly spread."""
    apart = float(seconds / PER_CHUNK)
    return _measured(f"isnan(prev_selected_t)+gte(t-prev_selected_t,{apart:.6f})")


def printed_frames(measures: str, rate: Fraction) -> list[int]:
    """Which frames were measured."""
    return [round(Fraction(time) * rate) for time in re.findall(r"(?m)^frame:.* pts_time:(\S+)", measures)]


def thumbnail_output(count: int = PER_CHUNK) -> list[str]:
    """Writes thumbnail-1.jpg and so on."""
    encoder = ("-c:v", "mjpeg", "-q:v", "3", "-fps_mode", "passthrough", "-frames:v", str(count))
    return ["-map", "[thumbnails]", *encoder, "-fflags", "+bitexact", "-f", "image2", "thumbnail-%d.jpg"]


def scored(edit: Edit, span: Span, frames: Sequence[int], measures: str) -> list[Candidate]:
    """Candidates in film order, from FFmpeg's printed measures of them."""
    slides = {piece.at: piece for piece in pieces(edit, span) if not isinstance(edit.sources[piece.source], Clip)}
    values = [dict(re.findall(r"lavfi\.([\w.]+)=(\S+)", block)) for block in re.split(r"(?m)^frame:", measures)[1:]]
    return [
        Candidate(f"thumbnail-{index}.jpg", frame, score(value), _is_within(frame, slides.values()))
        for index, (frame, value) in enumerate(zip(frames, values, strict=True), start=1)
    ]


def score(measures: dict[str, str]) -> float:
    """0 to 2: sharpness, plus 1 unless the picture is dark, washed out or flat."""
    light, low, high = (float(measures[f"signalstats.{name}"]) for name in ("YAVG", "YLOW", "YHIGH"))
    blur = float(measures.get("blur", "nan"))
    sharpness = 1 / (1 + blur) if blur >= 0 else 0.0
    return round(sharpness + (_DARK < light < _BRIGHT and high - low > _FLAT), 4)


def best(candidates: Iterable[Candidate]) -> Candidate:
    """The highest score among clips, else among slides; on a tie the earliest. Raises ValueError if there is none."""
    return max(candidates, key=lambda candidate: (not candidate.is_slide, candidate.score, -candidate.frame))


def _measured(chosen: str) -> str:
    measured = f"signalstats,blurdetect,metadata=mode=print:file={MEASURES}"
    return f"select='{chosen}',{_SCALED},{measured}[thumbnails]"


def _is_within(frame: int, slides: Iterable[Any]) -> bool:
    return any(piece.at <= frame < piece.at + piece.frames for piece in slides)
