"""The canvas of a film: what most of its footage is."""

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from roughcut.media.edit import Canvas
from roughcut.media.rates import COMMON_RATES, decimal, snapped
from roughcut.media.sizes import Size, parse_size, shrunk
from roughcut.media.sources import Clip

SLIDES_ALONE = Canvas(Size(1920, 1080), Fraction(30))
LARGEST = Size(3840, 2160)  # of a film, either way up: the largest rung of the contract

T = TypeVar("T")


def choose_canvas(footage: Iterable[tuple[Clip, Fraction]], *, size: str | None, rate: float | None) -> Canvas:
    """The size and the rate of the most seconds of footage, each by itself, unless asked for.

    `footage` is each clip with the seconds of it that are used, in film order: on a tie the earlier clip decides.
    """
    used = list(footage)
    seen = _most(used, lambda clip: _canvas_size(clip.look.display_size)) or SLIDES_ALONE.size
    moving = _most(used, lambda clip: snapped(clip.rate)) or SLIDES_ALONE.rate
    return Canvas(_canvas_size(parse_size(size)) if size else seen, asked_rate(rate) if rate else moving)


def asked_rate(rate: float) -> Fraction:
    """The exact rate behind the number in a request: 29.97 is 30000/1001."""
    return next((common for common in COMMON_RATES if decimal(common) == round(rate, 3)), snapped(Fraction(rate)))


def _most(footage: list[tuple[Clip, Fraction]], trait: Callable[[Clip], T]) -> T | None:
    seconds: Counter[T] = Counter()
    for clip, used in footage:
        seconds[trait(clip)] += used  # type: ignore[assignment]  # a Counter adds any numbers, Fractions too
    return max(seconds, key=lambda value: seconds[value]) if seconds else None


def _canvas_size(size: Size) -> Size:
    return shrunk(size, LARGEST.turned_like(size))
