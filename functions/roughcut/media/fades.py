"""Slides that come out of black and go back into it."""

from dataclasses import dataclass
from fractions import Fraction

from roughcut.media.rates import frame_at


@dataclass(frozen=True, slots=True)
class Fade:
    """What a piece shows of a fading slide: it begins with frame `first` of the `shown` ones; each ramp has `ramp`.

    The very first and the very last frame are black; the frame after a ramp is the slide itself.
    """

    ramp: int
    first: int
    shown: int


def fade_of(seconds: Fraction, rate: Fraction, *, first: int, frames: int, shown: int) -> Fade | None:
    """None if no frame of the piece is dimmed. However long the fade, a ramp is less than half of the slide."""
    ramp = min(frame_at(seconds, rate), (shown - 1) // 2)
    is_dimmed = ramp > 0 and (first < ramp or first + frames > shown - ramp)
    return Fade(ramp, first, shown) if is_dimmed else None


def fade_filters(fade: Fade, rate: Fraction) -> str:
    """By each frame's own place in the slide, so that a slide cut by two chunks fades as if it were not."""
    length = f"{float(fade.ramp / rate):.6f}"
    out = f"{float((fade.shown - 1 - fade.ramp) / rate):.6f}"
    return f"setpts=N+{fade.first},fade=t=in:st=0:d={length},fade=t=out:st={out}:d={length},setpts=N"
