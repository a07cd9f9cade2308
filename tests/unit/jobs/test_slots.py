from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.slots import CLAIMS_PER_SHARD, MOST_SHARDS, shares

limits = st.integers(min_value=0, max_value=10_000)
uses = st.lists(st.integers(min_value=0, max_value=200), max_size=6)


@given(limits, limits)
def test_the_shards_add_up_to_the_limit_and_one_slot_is_left_to_all(limit, reserved):
    spread = shares(limit, reserved)
    assert sum(share for share, _ in spread) == limit
    assert sum(kept for _, kept in spread) == min(max(0, limit - 1), reserved)
    assert all(kept <= share for share, kept in spread)


@given(limits)
def test_no_shard_is_far_from_any_other(limit):
    spread = [share for share, _ in shares(limit, 0)]
    assert max(spread) - min(spread) <= 1
    assert max(spread) <= max(CLAIMS_PER_SHARD, -(-limit // MOST_SHARDS))


def test_a_small_limit_is_one_counter():
    assert shares(3, 1) == [(3, 1)]
    assert shares(3, 1, [7]) == [(3, 1)]


@given(st.integers(min_value=0, max_value=500), uses, st.data())
def test_no_claim_brings_more_than_the_limit_into_use_whatever_the_shards_used_before(limit, running, data):
    limits = [share for share, _ in shares(limit, 0, running)]
    used = [*running, *[0] * (len(limits) - len(running))]
    for _ in range(data.draw(st.integers(min_value=0, max_value=20))):
        shard = data.draw(st.integers(min_value=0, max_value=len(limits) - 1))
        freed = data.draw(st.integers(min_value=0, max_value=used[shard]))
        used[shard] -= freed
        claimed = max(0, limits[shard] - used[shard])
        used[shard] += claimed
        assert not claimed or sum(used) <= limit


@given(st.integers(min_value=0, max_value=500), uses)
def test_a_limit_above_what_is_used_is_all_given_out_once_no_shard_uses_more_than_its_part(limit, running):
    limits = [share for share, _ in shares(limit, 0, running)]
    parts = [share for share, _ in shares(limit, 0)] + [0] * len(limits)
    if all(now <= part for now, part in zip(running, parts, strict=False)):
        assert limits == parts[: len(limits)]
    assert sum(limits) <= limit
