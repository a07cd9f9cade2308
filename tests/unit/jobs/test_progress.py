import pytest
from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.progress import COPIED, ENCODING_SINCE, PACKAGING, eta_seconds, percent, stage_of

JOB_TYPES = ["generate_slides", "stitch_video", "optimize_video", "full_pipeline"]
WORKERS = ["slides", "stitch", "plan", "chunk-0", "chunk-1", "package-720p", "finish"]
EXPECTED = {"chunk": 2, "package": 1}
parts = st.dictionaries(st.sampled_from(WORKERS), st.integers(min_value=0, max_value=10_000))


@pytest.mark.contract("status.progress")
@given(st.sampled_from(JOB_TYPES), parts, st.sampled_from(WORKERS), st.integers(min_value=0, max_value=10_000))
def test_progress_never_falls_while_the_workers_figures_do_not(job_type, parts, worker, value):
    further = parts | {worker: max(value, parts.get(worker, 0))}
    assert 0 <= percent(job_type, parts, EXPECTED, 2) <= percent(job_type, further, EXPECTED, 2) <= 99


def test_everything_done_but_unpublished_is_99():
    done = dict.fromkeys(WORKERS, 10_000)
    assert [percent(job_type, done, EXPECTED, 2) for job_type in JOB_TYPES] == [99.0] * 4


@given(parts, st.sampled_from(WORKERS), st.integers(min_value=0, max_value=10_000))
def test_progress_does_not_fall_when_the_plan_says_that_all_is_copied(found, worker, value):
    """The plan comes when every clip has been looked at."""
    looked = found | {"stitch": 10_000}
    copied = EXPECTED | {"copied": 10}
    before = {name: looked[name] for name in looked if name in ("slides", "stitch", "plan")}
    further = looked | {worker: max(value, looked.get(worker, 0))}
    assert percent("stitch_video", before, EXPECTED, 0) <= percent("stitch_video", before, copied, 0)
    assert percent("stitch_video", looked, copied, 0) <= percent("stitch_video", further, copied, 0) <= 99


def test_everything_done_of_a_copied_film_is_99():
    assert percent("stitch_video", dict.fromkeys(WORKERS, 10_000), EXPECTED | {"copied": 2}, 0) == 99.0


def test_a_job_without_slides_is_past_them():
    assert percent("full_pipeline", {}, {}, slides=0) == percent("full_pipeline", {"slides": 10_000}, {}, slides=3)


def test_the_stage_is_that_of_the_furthest_worker():
    assert stage_of("full_pipeline", {}) is None
    assert stage_of("full_pipeline", {"slides": 100}) == "slides"
    assert stage_of("full_pipeline", {"slides": 100, "chunk-3": 1}) == "optimize"
    assert stage_of("stitch_video", {"chunk-3": 1}) == "stitch"


@given(parts, st.sampled_from(JOB_TYPES[1:]), st.integers(min_value=0, max_value=100))
def test_progress_is_the_same_before_and_after_the_plan_says_what_joining_takes(found, job_type, packaging):
    before = {name: value for name, value in found.items() if name in ("slides", "stitch", "plan")}
    told = EXPECTED | {PACKAGING: packaging}
    assert percent(job_type, before, EXPECTED, 1) == percent(job_type, before, told, 1)
    assert percent(job_type, dict.fromkeys(WORKERS, 10_000), told, 1) == 99.0


def test_a_large_chunk_counts_for_more_than_a_small_one():
    """Its worker tells more than 10,000 of the 10,000 for each."""
    before = {"slides": 10_000, "stitch": 10_000, "plan": 10_000}
    told = EXPECTED | {PACKAGING: 0}
    small, large = ({"chunk-0": 2_000}, {"chunk-1": 18_000})
    assert [percent("full_pipeline", before | done, told, 1) for done in ({}, small, large, small | large)] == [
        9.0,
        17.8,
        88.2,
        97.0,
    ]


SINCE = 1_000_000


@pytest.mark.parametrize(
    ("now", "done", "left"),
    [
        (SINCE + 10_000, 9.0, None),  # nothing is encoded yet
        (SINCE + 10_000, 9.4, None),  # too little to tell from
        (SINCE + 10_000, 54.0, 10),  # half of what is after 9 % took 10 s
        (SINCE + 90_000, 18.0, 810),
        (SINCE - 1, 54.0, None),  # another machine's clock
    ],
)
def test_the_time_left_is_told_by_the_pace_since_encoding_began(now, done, left):
    told = EXPECTED | {ENCODING_SINCE: SINCE}
    assert eta_seconds(now, 0, "full_pipeline", told, done) == left


def test_no_time_left_is_told_before_the_plan():
    assert eta_seconds(10_000, 1, "full_pipeline", {}, 8.0) is None


def test_the_time_left_of_a_copied_film_leaves_out_how_long_its_clips_were_looked_at():
    told = EXPECTED | {COPIED: 2, ENCODING_SINCE: SINCE}
    assert eta_seconds(SINCE + 10_000, 0, "stitch_video", told, 64.0) == 10


def test_slides_alone_are_timed_from_the_start():
    assert eta_seconds(11_000, 1_000, "generate_slides", {}, 49.5) == 10


def test_no_more_is_left_once_all_is_done():
    assert eta_seconds(SINCE + 10_000, 0, "full_pipeline", {ENCODING_SINCE: SINCE}, 99.0) == 0
