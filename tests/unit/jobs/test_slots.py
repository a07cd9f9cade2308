from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.slots import CLAIMS_PER_SHARD, MOST_SHARDS, shares

limits = st.integers(min_value=0, max_value=10_000)


@given(limits, limits, st.integers(min_value=0, max_value=MOST_SHARDS))
def test_the_shards_add_up_to_the_limit_and_none_keeps_back_more_than_it_has(limit, reserved, at_least):
    spread = shares(limit, reserved, at_least)
    assert sum(share for share, _ in spread) == limit
    assert sum(kept for _, kept in spread) == min(limit, reserved)
    assert all(kept <= share for share, kept in spread)
    assert len(spread) >= max(1, at_least)


@given(limits)
def test_no_shard_is_far_from_any_other(limit):
    spread = [share for share, _ in shares(limit, 0)]
    assert max(spread) - min(spread) <= 1
    assert max(spread) <= max(CLAIMS_PER_SHARD, -(-limit // MOST_SHARDS))


def test_a_small_limit_is_one_counter():
    assert shares(3, 1) == [(3, 1)]
