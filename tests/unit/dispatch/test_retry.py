import json
from dataclasses import replace

import pytest

from roughcut.dispatch.drain import drain
from roughcut.dispatch.retry import MOST_ATTEMPTS, retry
from roughcut.jobs.errors import Failure
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.status import Status
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job

JOB = queued_job()


def desk_in(status, **changes):
    desk = fake_desk()
    desk.jobs.create(JOB, b"{}")
    drain(desk)
    row = desk.jobs.get(JOB.key)
    end = replace(row, status=status, finished_ms=NOW, slot=None, failure=Failure("Internal", "x"), **changes)
    desk.jobs.move(row, end)
    return desk


@pytest.mark.contract("retry")
@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMED_OUT, Status.CANCELLED])
def test_a_job_that_ended_badly_waits_again_as_a_new_attempt(status):
    desk = desk_in(status)
    desk.clock.now_ms += 1000
    row = retry(desk, JOB.key)
    assert row == desk.jobs.get(JOB.key)
    assert (row.status, row.attempt, row.tries) == (Status.QUEUED, 2, 0)
    assert (row.failure, row.finished_ms, row.execution_input) == (None, None, None)
    assert row.order > JOB.order
    assert desk.queues.rung == [row]
    assert drain(desk) == ["01JOB"]
    assert set(desk.executions.inputs) == {f"01JOB-1-{NOW}", f"01JOB-2-{NOW}"}


@pytest.mark.parametrize("from_start", [False, True])
def test_the_new_attempt_knows_whether_finished_work_counts(from_start):
    desk = desk_in(Status.FAILED)
    retry(desk, JOB.key, from_start=from_start)
    drain(desk)
    assert json.loads(desk.executions.inputs[f"01JOB-2-{NOW}"])["job"]["fresh"] is from_start


@pytest.mark.parametrize("status, word", [(Status.SUCCEEDED, "completed"), (Status.QUEUED, "queued")])
def test_what_did_not_end_badly_is_not_retried(status, word):
    desk = desk_in(Status.FAILED)
    desk.jobs.rows[JOB.key] = replace(desk.jobs.get(JOB.key), status=status)
    with pytest.raises(RequestRefused, match=f"is {word}; only a failed or cancelled job") as refused:
        retry(desk, JOB.key)
    assert refused.value.code == "Conflict"


def test_a_job_is_not_tried_for_ever():
    desk = desk_in(Status.FAILED, attempt=MOST_ATTEMPTS)
    desk.jobs.rows[JOB.key] = replace(desk.jobs.get(JOB.key), status=Status.FAILED, attempt=MOST_ATTEMPTS)
    with pytest.raises(RequestRefused, match="20 times"):
        retry(desk, JOB.key)


def test_one_of_two_retries_wins(monkeypatch):
    desk = desk_in(Status.FAILED)
    failed = desk.jobs.get(JOB.key)
    retry(desk, JOB.key)
    monkeypatch.setattr(desk.jobs, "get", lambda _: failed)
    with pytest.raises(RequestRefused, match="changed by somebody else"):
        retry(desk, JOB.key)
    assert desk.jobs.rows[JOB.key].attempt == 2
