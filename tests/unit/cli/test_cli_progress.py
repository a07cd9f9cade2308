"""What people see of a running job."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.progress import View, plain_line, view


def processing(**more: object) -> dict[str, object]:
    return {"status": "processing", "stage": "optimize", "progress": 40.0, **more}


@pytest.mark.parametrize(
    ("job", "label"),
    [
        ({"status": "queued"}, "queued"),
        ({"status": "queued", "position": 3}, "queued, number 3 in line"),
        (processing(), "encoding"),
        (processing(stage="slides"), "making slides"),
        (processing(stage=None), "starting"),
        (processing(cancelling=True), "cancelling"),
        ({"status": "failed", "progress": 40}, "failed"),
    ],
)
def test_a_job_is_named_by_what_happens_to_it(job, label):
    assert view(job).label == label


def test_a_completed_job_is_at_100_whatever_its_last_progress_was():
    assert view({"status": "completed", "progress": 97.5}) == View("completed", 100.0)


def test_the_time_left_is_the_answers_own_estimate():
    assert view(processing(eta_seconds=12)).eta_seconds == 12


def test_without_an_estimate_no_time_left_is_shown():
    assert view(processing(started_at="2026-11-24T12:00:00Z")).eta_seconds is None


def test_a_line_says_stage_percent_and_time_left():
    assert plain_line(None, View("encoding", 40.4, 65)) == "encoding: 40 %, about 1:05 left"


def test_a_change_of_stage_is_a_line():
    assert plain_line(View("cutting", 40), View("encoding", 40)) == "encoding: 40 %"


def test_within_the_same_ten_percent_nothing_is_said():
    assert plain_line(View("encoding", 40), View("encoding", 49.9)) is None


@given(st.lists(st.floats(0, 100), max_size=200))
def test_a_stage_takes_eleven_lines_at_most(percents):
    views = [View("encoding", percent) for percent in sorted(percents)]
    lines = [plain_line(before, now) for before, now in zip([None, *views], views, strict=False)]
    assert len([line for line in lines if line]) <= 11
