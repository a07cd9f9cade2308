"""Arithmetic of byte ranges."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

GAP = 256 << 10  # bytes between two ranges that are asked for as one: 8 requests at once of 25 ms cost as much
_MOST_ASKED = 64 << 20  # bytes of one request for several: the next eight go on beside it
BLOCK = 4096  # bytes of a disk's block, which holds either bytes or a hole


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Bytes of a file from `begin` up to, not including, `end`."""

    begin: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.begin

    @property
    def in_blocks(self) -> "Range":
        """What of a disk it takes."""
        return Range(self.begin // BLOCK * BLOCK, -(-self.end // BLOCK) * BLOCK)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same bytes in order, without overlaps and without neighbours."""
    found: list[Range] = []
    for one in sorted(one for one in ranges if one.size > 0):
        if found and one.begin <= found[-1].end:
            found[-1] = Range(found[-1].begin, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def missing(wanted: Iterable[Range], present: Iterable[Range]) -> list[Range]:
    """What of `wanted` is not in `present`."""
    there, left = merged(present), []
    for one in merged(wanted):
        begin = one.begin
        for held in within(there, one):
            left.append(Range(begin, held.begin))
            begin = held.end
        left.append(Range(begin, one.end))
    return [one for one in left if one.size > 0]


def within(ranges: Sequence[Range], bounds: Range) -> Iterator[Range]:
    """What of ranges in order lies in some bounds."""
    first = max(0, bisect_right(ranges, Range(bounds.begin, bounds.begin)) - 1)
    behind = bisect_left(ranges, Range(bounds.end, bounds.end), lo=first)
    for one in ranges[first:behind]:
        if one.end > bounds.begin:
            yield Range(max(one.begin, bounds.begin), min(one.end, bounds.end))


def requests(ranges: Iterable[Range]) -> list[list[Range]]:
    """Ranges that lie near one another are asked for as one, from the first's begin to the last's end."""
    found: list[list[Range]] = []
    for one in merged(ranges):
        if found and one.begin - found[-1][-1].end <= GAP and one.end - found[-1][0].begin <= _MOST_ASKED:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def moved(ranges: Iterable[Range]) -> int:
    """Bytes that are asked for, those between ranges too."""
    return sum(asked[-1].end - asked[0].begin for asked in requests(ranges))


def on_disk(ranges: Iterable[Range]) -> int:
    """Bytes of the blocks that hold ranges."""
    return total(merged(one.in_blocks for one in merged(ranges)))


def total(ranges: Iterable[Range]) -> int:
    """Bytes of ranges that do not overlap."""
    return sum(one.size for one in ranges)
