"""Arithmetic of byte ranges."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Bytes of a file from `begin` up to, not including, `end`."""

    begin: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.begin


def merged(ranges: Iterable[Range], gap: int = 0) -> list[Range]:
    """The same bytes in order and without overlaps; what lies no more than `gap` apart becomes one, gap and all."""
    found: list[Range] = []
    for one in sorted(one for one in ranges if one.size > 0):
        if found and one.begin - found[-1].end <= gap:
            found[-1] = Range(found[-1].begin, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def missing(wanted: Iterable[Range], present: Iterable[Range]) -> list[Range]:
    """What of `wanted` is not in `present`."""
    left = merged(wanted)
    for there in merged(present):
        left = [part for one in left for part in _without(one, there)]
    return left


def total(ranges: Iterable[Range]) -> int:
    """Bytes of ranges that do not overlap."""
    return sum(one.size for one in ranges)


def _without(one: Range, there: Range) -> list[Range]:
    parts = Range(one.begin, min(one.end, there.begin)), Range(max(one.begin, there.end), one.end)
    return [part for part in parts if part.size > 0]
