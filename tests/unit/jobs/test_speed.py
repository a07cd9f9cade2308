import pytest

from roughcut.jobs.speed import PLACES, REUSED, Speed, place_of, ratios

FORESEEN = {"encoding": 10.0, "joining": 4.0, "others": 2.0}
SPENT = {"stitch~a": 1000, "finish~b": 1000, "chunk-0~c": 5000, "chunk-1~d": 10_000, "package-720p~e": 2000}


def test_nothing_learned_is_the_plans_own_figure_half_or_twice():
    speed = Speed.learned([])
    assert (speed.ratio, speed.low, speed.high) == pytest.approx((1, 0.5, 2))


def test_jobs_that_agree_narrow_the_range_around_what_they_took():
    speed = Speed.learned([1.5] * 15)
    assert 1.4 < speed.ratio <= 1.5
    assert 1.2 < speed.low < speed.ratio < speed.high < 1.8


def test_jobs_that_differ_widen_it():
    calm, wild = Speed.learned([1.0] * 8), Speed.learned([0.25, 4.0] * 4)
    assert calm.ratio == pytest.approx(wild.ratio)
    assert wild.high / wild.low > 10 * calm.high / calm.low


def test_ratios_are_of_what_the_calls_took_by_part():
    assert ratios(SPENT, {}, FORESEEN) == pytest.approx({"encoding": 1.5, "joining": 0.5, "others": 1.0})


@pytest.mark.parametrize(
    ("more", "expected"), [({"chunk-0~x": 1}, {}), ({}, {REUSED: 1})], ids=["tried again", "made before"]
)
def test_work_that_was_tried_again_or_made_before_tells_no_speed(more, expected):
    assert set(ratios(SPENT | more, expected, FORESEEN)) == {"joining", "others"}


def test_a_job_has_one_place_of_a_few():
    assert {place_of(f"J{number}") for number in range(500)} == set(range(PLACES))
