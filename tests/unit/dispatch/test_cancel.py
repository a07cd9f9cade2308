from dataclasses import replace

import pytest

from roughcut.dispatch.cancel import cancel
from roughcut.dispatch.drain import drain
from roughcut.dispatch.reconcile import reconcile
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.status import Status
from roughcut.ports import Execution, Outcome
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import queued_job

JOB = queued_job()


def desk_in(status, passed=True):
    desk = fake_desk()
    desk.jobs.create(JOB, b"{}")
    if status is not Status.QUEUED:
        drain(desk)
        desk.jobs.rows[JOB.key] = replace(desk.jobs.get(JOB.key), status=status, passed=passed)
    return desk


def test_a_waiting_job_is_cancelled_at_once_and_never_starts():
    desk = desk_in(Status.QUEUED)
    assert cancel(desk, JOB.key).status is Status.CANCELLED
    assert drain(desk, [JOB.key]) == []
    assert desk.jobs.board().queued == {}


def test_a_job_that_has_not_passed_the_gate_is_cancelled_at_once_and_frees_its_slot():
    desk = desk_in(Status.STARTING, passed=False)
    assert cancel(desk, JOB.key).status is Status.CANCELLED
    assert desk.jobs.board().running == 0


@pytest.mark.contract("status.words")
def test_a_running_job_is_stopped_and_keeps_its_slot_until_it_is_seen_closed():
    desk = desk_in(Status.RUNNING)
    assert cancel(desk, JOB.key).status is Status.CANCELLING
    assert desk.jobs.board().running == 1
    assert desk.executions.closed[JOB.execution_name] == Execution(
        "ABORTED", "Roughcut.Cancelled", "The job was cancelled."
    )
    assert JOB.key in desk.jobs.over
    reconcile(desk, JOB.key, 1)
    assert desk.jobs.get(JOB.key).status is Status.CANCELLED
    assert desk.jobs.board().running == 0


@pytest.mark.contract("cancel")
def test_cancelling_again_says_the_same():
    desk = desk_in(Status.RUNNING)
    assert cancel(desk, JOB.key).status is cancel(desk, JOB.key).status is Status.CANCELLING
    reconcile(desk, JOB.key, 1)
    assert cancel(desk, JOB.key).status is Status.CANCELLED


@pytest.mark.contract("cancel")
@pytest.mark.parametrize(
    "status, words",
    [
        (Status.FINISHING, "is being published"),
        (Status.SUCCEEDED, "has ended: completed"),
        (Status.FAILED, "has ended: failed"),
    ],
)
def test_what_is_published_or_over_cannot_be_cancelled(status, words):
    with pytest.raises(RequestRefused, match=words) as refused:
        cancel(desk_in(status), JOB.key)
    assert refused.value.code == "Conflict"


def test_an_unknown_job_is_not_found():
    with pytest.raises(RequestRefused, match="there is no job 01JOB in this session") as refused:
        cancel(fake_desk(), JOB.key)
    assert (refused.value.code, refused.value.field) == ("NotFound", "job_id")


def test_a_job_that_keeps_moving_is_a_conflict_and_not_an_endless_loop(monkeypatch):
    desk = desk_in(Status.QUEUED)
    monkeypatch.setattr(desk.jobs, "move", lambda *_: Outcome.LOST)
    with pytest.raises(RequestRefused, match="is changing just now"):
        cancel(desk, JOB.key)
