from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.order import COUNTER_SHARDS, SHARDS, Priority, counter_shard, order_key, shard

times = st.integers(min_value=0, max_value=4 * 10**12)  # up to the year 2096
classes = st.sampled_from(Priority)


@given(classes, times, classes, times)
def test_under_strict_priorities_a_higher_class_always_comes_first(one, at, other, later):
    if one < other:
        assert order_key(one, at, "01A") < order_key(other, later, "01B")


@given(classes, times, times)
def test_within_a_class_the_older_job_comes_first(priority, at, later):
    assert (order_key(priority, at, "01A") < order_key(priority, later, "01A")) == (at < later)


@given(times, st.integers(min_value=1, max_value=10_000))
def test_an_aged_job_overtakes_newer_ones_of_the_class_above_and_no_older_ones(at, aging):
    low = order_key(Priority.LOW, at, "01A", aging)
    minute = 60_000
    assert low < order_key(Priority.NORMAL, at + aging * minute + 1, "01B", aging)
    assert low > order_key(Priority.NORMAL, at + aging * minute - 1, "01B", aging)


@given(st.text(min_size=1))
def test_the_counter_shard_tells_the_index_shard(job_id):
    assert 0 <= shard(job_id) < SHARDS
    assert 0 <= counter_shard(job_id) < COUNTER_SHARDS
    assert counter_shard(job_id) % SHARDS == shard(job_id)
