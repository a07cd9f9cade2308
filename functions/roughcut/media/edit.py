"""The Edit: a decided film. Every film and rung is a rendering of one.

All positions are canvas frames: a part shows `frames` pictures of its source, the first being `first` frames after the
start of the source's file. A slide's `first` is always 0.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any, Self

from roughcut.media.rates import SAMPLE_RATE, sample_at
from roughcut.media.sizes import Size
from roughcut.media.sources import Clip, Slide, Source, source_from_dict

VERSION = 1


@dataclass(frozen=True, slots=True)
class Canvas:
    """What the film is shown on: even size in square pixels, constant frame rate."""

    size: Size
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one source; `source` is its index in the Edit. If copied, packets go into the film as they are."""

    source: int
    first: int
    frames: int
    is_copied: bool = False

    def as_dict(self) -> dict[str, Any]:
        how = "copy" if self.is_copied else "conform"
        return {"source": self.source, "first": self.first, "frames": self.frames, "how": how}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        return cls(document["source"], document["first"], document["frames"], document.get("how") == "copy")


@dataclass(frozen=True, slots=True)
class Edit:
    """A film as a value. `warnings` are sentences about what was not done as asked."""

    canvas: Canvas
    sources: tuple[Source, ...]
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        return sum(part.frames for part in self.parts)

    @property
    def duration(self) -> Fraction:
        """Seconds."""
        return self.frames / self.canvas.rate

    @property
    def samples(self) -> int:
        """Of audio, exactly as long as the pictures."""
        return sample_at(self.frames, self.canvas.rate)

    @property
    def starts(self) -> tuple[int, ...]:
        """The film frame with which each part begins."""
        return tuple(accumulate((part.frames for part in self.parts), initial=0))[:-1]

    @property
    def slides(self) -> tuple[Slide, ...]:
        return tuple(source for source in self.sources if isinstance(source, Slide))

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(source for source in self.sources if isinstance(source, Clip))

    def conformed(self) -> "Edit":
        """The same film with every part rendered."""
        return replace(self, parts=tuple(replace(part, is_copied=False) for part in self.parts))

    def as_dict(self) -> dict[str, Any]:
        return {
            "v": VERSION,
            "canvas": {
                "width": self.canvas.size.width,
                "height": self.canvas.size.height,
                "rate": str(self.canvas.rate),
                "sample_rate": SAMPLE_RATE,
            },
            "sources": [source.as_dict() for source in self.sources],
            "parts": [part.as_dict() for part in self.parts],
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        canvas = document["canvas"]
        return cls(
            Canvas(Size(canvas["width"], canvas["height"]), Fraction(canvas["rate"])),
            tuple(source_from_dict(source) for source in document["sources"]),
            tuple(Part.from_dict(part) for part in document["parts"]),
            tuple(document["warnings"]),
        )
