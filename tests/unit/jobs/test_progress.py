from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.progress import eta_seconds, percent, stage_of

JOB_TYPES = ["generate_slides", "stitch_video", "optimize_video", "full_pipeline"]
WORKERS = ["slides", "stitch", "plan", "chunk-0", "chunk-1", "package-720p", "finish"]
EXPECTED = {"chunk": 2, "package": 1}
parts = st.dictionaries(st.sampled_from(WORKERS), st.integers(min_value=0, max_value=10_000))


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


def test_the_time_left_is_told_once_there_is_something_to_tell_from():
    assert eta_seconds(1000, 1.0) is None
    assert eta_seconds(0, 50.0) is None
    assert eta_seconds(10_000, 25.0) == 30
