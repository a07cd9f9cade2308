"""Frame rates and the arithmetic between frames, seconds and samples.

A rate is a Fraction of frames per second. Positions in a film are whole frames; everything else is derived from them,
each time from the start of the film, so that nothing drifts.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

SAMPLE_RATE = 48_000  # of every film
GOP_SECONDS = 6  # also the HLS segment; source: measured bytes at equal SSIM (design section 3)

COMMON_RATES = (
    Fraction(24_000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30_000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60_000, 1001),
    Fraction(60),
)


def snapped(rate: Fraction) -> Fraction:
    """The common rate nearest to a measured one, by ratio."""
    return min(COMMON_RATES, key=lambda common: max(common / rate, rate / common))


def frame_at(seconds: Fraction, rate: Fraction) -> int:
    """The frame boundary nearest to a time; halves go up."""
    return int(seconds * rate + Fraction(1, 2))


def microseconds_at(frame: int, rate: Fraction) -> int:
    """When a frame begins."""
    return round(Fraction(frame * 1_000_000) / rate)


def sample_at(frame: int, rate: Fraction) -> int:
    """The audio sample with which a frame begins."""
    return round(Fraction(frame * SAMPLE_RATE) / rate)


def gop_frames(rate: Fraction) -> int:
    """Frames in a closed GOP, which is one HLS segment: 6 s, or 6.006 s at the rates of /1001."""
    return GOP_SECONDS * nominal(rate)


def nominal(rate: Fraction) -> int:
    """29.97 is nominally 30."""
    return round(rate)


def decimal(rate: Fraction) -> float:
    """A rate as clients see it: 30.0, 29.97, 23.976."""
    return round(float(rate), 3)


def measured(times: Iterable[Fraction]) -> Fraction | None:
    """The rate of a clip from when its pictures are shown, in seconds; None for a single picture.

    An even clip has its mean rate. An uneven one (variable rate) has the rate of its median step, so that a screen
    recording which stood still for a minute is not taken for a slide show.
    """
    shown = sorted(times)
    steps = sorted(later - earlier for earlier, later in pairwise(shown) if later > earlier)
    if not steps:
        return None
    median, mean = steps[len(steps) // 2], (shown[-1] - shown[0]) / (len(shown) - 1)
    return 1 / (mean if _is_even(steps, median) else median)


def _is_even(steps: list[Fraction], median: Fraction) -> bool:
    """Containers round times to a millisecond at worst; one frame in fifty may be longer (a dropped one)."""
    tolerance = max(median / 10, Fraction(3, 2000))
    return sum(abs(step - median) > tolerance for step in steps) * 50 <= len(steps)
