from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.ranges import Range, merged, missing, total

RANGES = st.lists(st.builds(lambda begin, size: Range(begin, begin + size), st.integers(0, 60), st.integers(0, 20)))


def places(ranges) -> set[int]:
    return {place for one in ranges for place in range(one.begin, one.end)}


@given(RANGES, st.integers(0, 9))
def test_merging_loses_no_byte_and_adds_only_gaps_that_are_small(ranges, gap):
    found = merged(ranges, gap)
    assert places(ranges) <= places(found) and total(found) == len(places(found))
    assert all(after.begin - before.end > gap for before, after in pairwise(found))
    assert places(merged(ranges)) == places(ranges)


@given(RANGES, RANGES)
def test_what_is_missing_is_what_is_wanted_and_not_there(wanted, present):
    found = missing(wanted, present)
    assert places(found) == places(wanted) - places(present) and total(found) == len(places(found))
