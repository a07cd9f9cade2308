from roughcut.dispatch.pace import DESCRIBES_AT_ONCE, DESCRIBES_PER_SECOND, side_by_side
from roughcut.dispatch.sweep import LOOKING_MS, MOST_PER_SWEEP


def test_a_burst_goes_at_once_and_the_rest_as_the_quota_refills():
    seen, pauses = [], []
    entries = list(range(DESCRIBES_AT_ONCE + 30))
    side_by_side(seen.append, entries, pause=pauses.append)
    assert sorted(seen) == entries
    assert pauses == [1 / DESCRIBES_PER_SECOND] * 30


def test_a_sweep_has_the_time_for_all_the_rows_it_takes():
    seconds = (MOST_PER_SWEEP - DESCRIBES_AT_ONCE) / DESCRIBES_PER_SECOND
    assert seconds * 1000 < LOOKING_MS
