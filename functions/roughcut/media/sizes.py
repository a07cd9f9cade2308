"""Picture sizes in square pixels."""

import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)

    def turned_like(self, other: "Size") -> "Size":
        """A landscape box turned upright where the other is upright."""
        return Size(self.height, self.width) if other.height > other.width else self


def parse_size(text: str) -> Size:
    """From "1920x1080". Raises ValueError."""
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if not found:
        raise ValueError(f"{text!r} is not a size such as 1920x1080")
    return Size(int(found[1]), int(found[2]))


def scale_to_fit(inner: Size, box: Size) -> Fraction:
    """The factor by which `inner` just fits `box`; above 1 it would be enlarged."""
    return min(Fraction(box.width, inner.width), Fraction(box.height, inner.height))


def fitted(inner: Size, box: Size) -> Size:
    """`inner` enlarged or reduced to fit `box`, its shape kept, both sides even."""
    scale = scale_to_fit(inner, box)
    return Size(min(_even(inner.width * scale), box.width), min(_even(inner.height * scale), box.height))


def shrunk(inner: Size, box: Size) -> Size:
    """`inner` with even sides, reduced to fit `box` only if it is larger."""
    scale = min(scale_to_fit(inner, box), Fraction(1))
    return Size(_even(inner.width * scale), _even(inner.height * scale))


def square(coded: Size, sample_aspect: Fraction) -> Size:
    """The size in square pixels: the shorter pixel side is stretched, never reduced."""
    if sample_aspect >= 1:
        return Size(round(coded.width * sample_aspect), coded.height)
    return Size(coded.width, round(coded.height / sample_aspect))


def _even(length: Fraction | int) -> int:
    return max(2, 2 * round(Fraction(length) / 2))
