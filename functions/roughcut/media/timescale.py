"""The ticks in which films count time."""

from fractions import Fraction


def ticks_per_second(rate: Fraction) -> int:
    """Every frame of the rate lasts a whole number of these: 1001 at 24000/1001, 1000 at 30."""
    return rate.numerator if rate.denominator > 1 else rate.numerator * 1000


def ticks_per_frame(rate: Fraction) -> int:
    return rate.denominator if rate.denominator > 1 else 1000
