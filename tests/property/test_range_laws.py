from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.ranges import BLOCK, GAP, Range, merged, missing, moved, on_disk, requests, total, within

RANGES = st.lists(st.builds(lambda begin, size: Range(begin, begin + size), st.integers(0, 60), st.integers(0, 20)))
WIDE = st.lists(st.builds(lambda begin, size: Range(begin, begin + size), st.integers(0, 1 << 28), st.integers(1, GAP)))


def places(ranges) -> set[int]:
    return {place for one in ranges for place in range(one.begin, one.end)}


@given(RANGES)
def test_merging_loses_and_adds_no_byte(ranges):
    found = merged(ranges)
    assert places(found) == places(ranges) and total(found) == len(places(found))
    assert all(after.begin > before.end for before, after in pairwise(found))


@given(RANGES, RANGES)
def test_what_is_missing_is_what_is_wanted_and_not_there(wanted, present):
    found = missing(wanted, present)
    assert places(found) == places(wanted) - places(present) and total(found) == len(places(found))


@given(RANGES, st.integers(0, 60), st.integers(0, 20))
def test_what_lies_within_bounds_is_what_both_have(ranges, begin, size):
    bounds = Range(begin, begin + size)
    assert places(within(merged(ranges), bounds)) == places(ranges) & places([bounds])


@given(WIDE)
def test_requests_ask_for_each_range_once_and_for_near_ones_together(ranges):
    asked = requests(ranges)
    assert [one for near in asked for one in near] == merged(ranges)
    assert all(after.begin - before.end <= GAP for near in asked for before, after in pairwise(near))
    gaps = sum(after.begin - before.end for near in asked for before, after in pairwise(near))
    assert moved(ranges) == total(merged(ranges)) + gaps
    for before, after in pairwise(asked):
        assert after[0].begin - before[-1].end > GAP or after[0].end - before[0].begin > 64 << 20


@given(RANGES)
def test_a_disk_holds_whole_blocks(ranges):
    wide = [Range(one.begin * 500, one.end * 500) for one in ranges]
    assert on_disk(wide) == BLOCK * len(
        {block for one in wide for block in range(one.begin // BLOCK, -(-one.end // BLOCK)) if one.size}
    )
