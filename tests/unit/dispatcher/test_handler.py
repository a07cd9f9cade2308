import json
from dataclasses import replace

import pytest

from dispatcher import app
from roughcut import wiring
from roughcut.dispatch.drain import drain
from roughcut.jobs.job import JobKey
from roughcut.jobs.status import Status
from roughcut.ports import Execution
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import queued_job

JOB = queued_job()


@pytest.fixture
def desk(monkeypatch):
    desk = fake_desk(limit=1)
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    desk.jobs.create(JOB, b"{}")
    return desk


def records(*bodies):
    return {"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]}


def doorbell(job=JOB):
    return json.dumps({"v": 1, "session_id": job.session_id, "job_id": job.job_id})


def ended(job):
    detail = {"name": job.execution_name, "status": "FAILED", "input": job.execution_input}
    return json.dumps({"source": "aws.states", "detail": detail})


@pytest.mark.contract("doors.message")
def test_a_doorbell_starts_its_job_however_often_it_comes(desk):
    assert app.handler(records(doorbell(), doorbell()), None) == {"batchItemFailures": []}
    assert app.handler(records(doorbell()), None) == {"batchItemFailures": []}
    assert len(desk.executions.inputs) == 1


def test_the_end_of_an_execution_frees_the_slot_and_starts_the_next_job(desk):
    drain(desk)
    running = replace(desk.jobs.get(JOB.key), status=Status.RUNNING, passed=True)
    desk.jobs.rows[JOB.key] = running
    following = queued_job("01NEXT")
    desk.jobs.create(following, b"{}")
    desk.executions.closed[JOB.execution_name] = Execution("FAILED", "EncodeFailed")
    assert app.handler(records(ended(running)), None) == {"batchItemFailures": []}
    assert desk.jobs.get(JOB.key).status is Status.FAILED
    assert desk.jobs.get(following.key).status is Status.STARTING


GARBAGE = ["", "{", "[]", "null", "3", '{"session_id": "x"}', '{"session_id": "", "job_id": ""}', "\x00" * 5000]


@pytest.mark.contract("doors.quarantine")
@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_becomes_a_row_goes_back_to_the_queue_and_holds_nobody_up(desk, body):
    answer = app.handler(records(body, doorbell()), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert len(desk.executions.inputs) == 1
    row = desk.jobs.get(JobKey("_quarantine", "m0"))
    assert (row.status, row.failure.code) == (Status.FAILED, "Poisoned")
    assert desk.jobs.bodies[row.key] == body[:4096]


def test_garbage_that_comes_again_is_the_same_row(desk):
    for _ in range(5):
        app.handler(records("{"), None)
    assert len(desk.jobs.session_jobs("_quarantine")) == 1


def test_a_doorbell_of_an_unknown_job_is_garbage(desk):
    answer = app.handler(records(doorbell(queued_job("01NOBODY"))), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "01NOBODY" in desk.jobs.get(JobKey("_quarantine", "m0")).failure.message


@pytest.mark.contract("doors.message")
def test_a_submit_request_on_the_queue_is_a_job_once(desk):
    body = json.dumps({"session_id": "third", "priority": "HIGH", "payload": {"videos": ["a.mp4"]}})
    for _ in range(3):
        assert app.handler(records(body), None) == {"batchItemFailures": []}
    (job,) = desk.jobs.session_jobs("third")
    assert (job.status, job.priority) == (Status.STARTING, 1)
    assert desk.queues.rung == []


def test_a_bad_submit_request_on_the_queue_says_what_is_wrong_with_it(desk):
    body = json.dumps({"session_id": "third", "payload": {"video": ["a.mp4"]}})
    assert app.handler(records(body), None)["batchItemFailures"]
    assert "did you mean videos?" in desk.jobs.get(JobKey("_quarantine", "m0")).failure.message


def test_what_breaks_for_one_event_goes_back_and_the_rest_goes_on(desk, monkeypatch):
    drain(desk)
    monkeypatch.setattr(desk.executions, "describe", lambda _: 1 / 0)
    answer = app.handler(records(ended(desk.jobs.get(JOB.key))), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_the_clock_sweeps(desk):
    assert app.handler({"door": "sweep"}, None) == {"reconciled": 0, "started": [JOB.job_id], "repaired": []}
