import json
from dataclasses import replace

import pytest

from roughcut.dispatch.drain import drain
from roughcut.dispatch.position import newest_position, position_of
from roughcut.dispatch.stats import stats
from roughcut.dispatch.view import job_view, session_view
from roughcut.jobs.board import Progress
from roughcut.jobs.errors import Failure
from roughcut.jobs.order import Priority
from roughcut.jobs.status import Status
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job

JOB = queued_job()

PLANNED = {"slides": 10_000, "stitch": 10_000, "plan": 10_000}


def running_desk(**changes):
    desk = fake_desk()
    desk.jobs.create(JOB, b"{}")
    drain(desk)
    desk.jobs.rows[JOB.key] = replace(desk.jobs.get(JOB.key), status=Status.RUNNING, passed=True, **changes)
    return desk


def test_a_queued_job_has_a_place_and_no_progress():
    desk = fake_desk()
    desk.jobs.create(JOB, b"{}")
    assert job_view(desk, JOB.key) == {
        "job_id": "01JOB",
        "session_id": "abc123",
        "job_type": "full_pipeline",
        "priority": 5,
        "status": "queued",
        "stage": None,
        "progress": 0.0,
        "attempt": 1,
        "submitted_at": "2026-11-18T11:06:40.000Z",
        "position": 1,
    }


@pytest.mark.contract("status.job")
def test_a_running_job_tells_stage_progress_time_left_and_execution():
    desk = running_desk()
    desk.jobs.reports[JOB.key] = Progress(1, PLANNED | {"chunk-0": 10_000}, {"chunk": 3, "encoding-since": NOW})
    desk.clock.now_ms += 9000
    view = job_view(desk, JOB.key)
    assert (view["status"], view["stage"], view["progress"]) == ("processing", "optimize", 34.0)
    assert view["eta_seconds"] == 23
    assert view["execution_arn"].endswith(f":{JOB.execution_name}")
    assert "position" not in view


def test_a_job_tells_what_it_has_cost_once_a_call_is_known():
    desk = running_desk()
    assert "cost" not in job_view(desk, JOB.key)
    desk.jobs.reports[JOB.key] = Progress(1, {}, {}, spent={"stitch~a": 2500})
    assert job_view(desk, JOB.key)["cost"]["lambda_gb_seconds"] == 2.5


def test_no_time_left_is_told_from_an_older_attempts_pace():
    desk = running_desk(attempt=2)
    desk.jobs.reports[JOB.key] = Progress(1, PLANNED | {"chunk-0": 10_000}, {"chunk": 3, "encoding-since": NOW})
    desk.clock.now_ms += 9000
    assert "eta_seconds" not in job_view(desk, JOB.key)


def test_progress_of_an_older_attempt_is_not_shown():
    desk = running_desk(attempt=2)
    desk.jobs.reports[JOB.key] = Progress(1, {"slides": 10_000}, {})
    assert job_view(desk, JOB.key)["progress"] == 0.0


def test_a_finished_job_shows_its_result():
    desk = running_desk()
    key = "sessions/abc123/jobs/01JOB/1/result.json"
    desk.media.write(key, json.dumps({"duration": 1.5}).encode(), "application/json")
    desk.jobs.rows[JOB.key] = replace(
        desk.jobs.get(JOB.key), status=Status.SUCCEEDED, result_key=key, finished_ms=NOW + 1
    )
    view = job_view(desk, JOB.key)
    assert (view["status"], view["progress"], view["stage"]) == ("completed", 100.0, "publish")
    assert view["result"] == {"duration": 1.5}
    assert session_view(desk, "abc123")["jobs"][0] == view


@pytest.mark.contract("status.errors")
def test_a_failed_job_shows_why_where_and_which_clip():
    failure = Failure("SourceUnreadable", "b.mp4 is text", stage="stitch", clip="b.mp4")
    desk = running_desk()
    desk.jobs.rows[JOB.key] = replace(
        desk.jobs.get(JOB.key), status=Status.FAILED, failure=failure, finished_ms=NOW + 1
    )
    view = job_view(desk, JOB.key)
    assert (view["status"], view["stage"]) == ("failed", "stitch")
    assert view["error"] == {
        "code": "SourceUnreadable",
        "message": "b.mp4 is text",
        "stage": "stitch",
        "clip": "b.mp4",
    }


@pytest.mark.contract("status.session")
def test_a_session_has_the_status_of_its_newest_job():
    desk = running_desk()
    desk.jobs.create(queued_job("01NEW", at=NOW + 5), b"{}")
    view = session_view(desk, "abc123")
    assert [job["job_id"] for job in view["jobs"]] == ["01NEW", "01JOB"]
    assert (view["session_id"], view["status"]) == ("abc123", "queued")
    assert view["updated_at"] == "2026-11-18T11:06:40.005Z"


def test_an_unknown_job_or_session_is_none():
    assert job_view(fake_desk(), JOB.key) is None
    assert session_view(fake_desk(), "abc123") is None


@pytest.mark.contract("status.position")
@pytest.mark.parametrize("aging", [0, 10])
def test_a_place_counts_every_job_that_comes_first(aging):
    desk = fake_desk(aging_minutes=aging)
    jobs = [
        queued_job("01HIGH", priority=Priority.HIGH, at=NOW + 3),
        queued_job("01A", at=NOW + 1),
        queued_job("01B", at=NOW + 2),
        queued_job("01LOW", priority=Priority.LOW),
    ]
    for job in jobs:
        desk.jobs.create(job, b"{}")
    assert [position_of(desk, job)["position"] for job in jobs] == [1, 2, 3, 4]
    assert newest_position(desk, jobs[2])["position"] == 3


@pytest.mark.contract("status.position")
def test_a_place_beyond_a_thousand_is_not_counted_out():
    desk = fake_desk()
    for n in range(1005):
        desk.jobs.create(queued_job(f"01J{n:04d}", at=NOW + n), b"{}")
    last = desk.jobs.get(queued_job("01J1004").key)
    assert position_of(desk, last) == newest_position(desk, last) == {"position": 1000, "position_at_least": True}


@pytest.mark.contract("stats")
def test_the_figures_are_those_of_the_contract():
    desk = running_desk()
    for name, priority, age in [("01A", Priority.HIGH, 5000), ("01B", Priority.LOW, 90_000)]:
        desk.jobs.create(queued_job(name, priority=priority, at=NOW - age), b"{}")
    assert stats(desk) == {
        "queued": {"high": 1, "normal": 0, "low": 1, "total": 2},
        "processing": 1,
        "max_concurrent": 3,
        "free_slots": 2,
        "completed_24h": 0,
        "failed_24h": 0,
        "dead_lettered": 0,
        "oldest_queued_seconds": 90,
    }
