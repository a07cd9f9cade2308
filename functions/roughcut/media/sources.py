"""What an Edit is made of: clips and slides, with all that rendering needs to know about them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Self

from roughcut.media.partial import Kind, Load, Partial
from roughcut.media.sizes import Size, square


@dataclass(frozen=True, slots=True)
class Look:
    """How a clip's pictures come out of the decoder, after rotation.

    `matrix`, `transfer` and `is_full_range` as the stream says ("unknown" if it does not); `sample_aspect` of a pixel.
    """

    size: Size
    sample_aspect: Fraction = Fraction(1)
    is_interlaced: bool = False
    matrix: str = "unknown"
    transfer: str = "unknown"
    is_full_range: bool = False

    @property
    def display_size(self) -> Size:
        return square(self.size, self.sample_aspect)

    @property
    def is_hdr(self) -> bool:
        return self.transfer in ("smpte2084", "arib-std-b67")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """An uploaded clip. Times in microseconds on the file's own clock; `rate` as measured, not snapped.

    `late_us` is by how much the decoder's pictures are later than their packets and their sound.
    `density` is what our encoder needed for samples of it, in kbit for a million pixels; None if none were taken.
    `partial` is what reading parts of it costs; None if workers always fetch all.
    `remuxed_from` is the container of the object in the bucket if workers first remux it; all else, the demuxer too, is
    then about the remuxed file.
    """

    name: str
    key: str
    etag: str
    size_bytes: int
    demuxer: str
    start_us: int
    end_us: int
    rate: Fraction
    look: Look
    has_audio: bool
    is_mono: bool = False
    late_us: int = 0
    remuxed_from: str | None = None
    density: int | None = None
    partial: Partial | None = None

    @property
    def identity(self) -> str:
        """Changes whenever the bytes do."""
        return self.etag

    def fetched(self, kind: Kind, seconds: Sequence[float]) -> Load | None:
        """What a worker fetches to show or sound so many stretches; None if all, because half of it will not do."""
        needed = self.partial.needed(kind, seconds) if self.partial else None
        return needed if needed and 2 * needed.held <= self.size_bytes else None

    def load(self, kind: Kind, seconds: Sequence[float]) -> Load:
        fetched = self.fetched(kind, seconds) or Load(self.size_bytes, self.size_bytes)
        return Load(min(fetched.moved, self.size_bytes), fetched.held)

    @property
    def duration(self) -> Fraction:
        """Seconds from the file's start to the end of its last picture."""
        return Fraction(self.end_us - self.start_us, 1_000_000)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": "clip",
            "name": self.name,
            "key": self.key,
            "etag": self.etag,
            "size_bytes": self.size_bytes,
            "demuxer": self.demuxer,
            "start_us": self.start_us,
            "end_us": self.end_us,
            "rate": str(self.rate),
            "width": self.look.size.width,
            "height": self.look.size.height,
            "sample_aspect": str(self.look.sample_aspect),
            "is_interlaced": self.look.is_interlaced,
            "matrix": self.look.matrix,
            "transfer": self.look.transfer,
            "is_full_range": self.look.is_full_range,
            "has_audio": self.has_audio,
            "is_mono": self.is_mono,
            "late_us": self.late_us,
            "remuxed_from": self.remuxed_from,
            "density": self.density,
            "partial": asdict(self.partial) if self.partial else None,
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        d = document
        look = Look(
            Size(d["width"], d["height"]),
            Fraction(d["sample_aspect"]),
            d["is_interlaced"],
            d["matrix"],
            d["transfer"],
            d["is_full_range"],
        )
        plain = {k: v for k, v in d.items() if k in cls.__slots__ and k not in ("rate", "partial")}
        partial = Partial.from_dict(d["partial"]) if d.get("partial") else None
        return cls(rate=Fraction(d["rate"]), look=look, partial=partial, **plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A finished still, a PNG without transparency. `seconds` on screen, `fade` of them from black and to black."""

    id: str
    type: str
    key: str
    digest: str
    size: Size
    seconds: Fraction
    fade: Fraction = Fraction(0)

    @property
    def identity(self) -> str:
        """Changes whenever the bytes do."""
        return self.digest

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": "slide",
            "id": self.id,
            "type": self.type,
            "key": self.key,
            "digest": self.digest,
            "width": self.size.width,
            "height": self.size.height,
            "seconds": str(self.seconds),
            "fade": str(self.fade),
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        plain = {k: document[k] for k in ("id", "type", "key", "digest")}
        size = Size(document["width"], document["height"])
        return cls(size=size, seconds=Fraction(document["seconds"]), fade=Fraction(document.get("fade", 0)), **plain)


Source = Clip | Slide


def source_from_dict(document: dict[str, Any]) -> Source:
    return Clip.from_dict(document) if document["kind"] == "clip" else Slide.from_dict(document)
