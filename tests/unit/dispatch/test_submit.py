import json
from dataclasses import replace

import pytest

from roughcut.contracts import check
from roughcut.dispatch.submit import submit
from roughcut.jobs.request import RequestRefused, parse_submit
from roughcut.jobs.status import Status
from tests.fakes.desk import fake_desk


def request(videos=("a.mp4",), **fields):
    document = {"session_id": "abc123", "payload": {"videos": list(videos)}, **fields}
    return parse_submit(check(document, "submit"))


def test_a_job_gets_its_request_its_row_and_its_ring():
    desk = fake_desk()
    job = submit(request(), desk).job
    assert desk.jobs.get(job.key) == job
    assert (job.status, job.attempt) == (Status.QUEUED, 1)
    assert json.loads(desk.jobs.request(job.key))["payload"] == {"videos": ["a.mp4"]}
    assert desk.queues.rung == [job]


def test_without_a_key_every_submit_is_a_job_of_its_own():
    desk = fake_desk()
    assert submit(request(), desk).job.job_id != submit(request(), desk).job.job_id


@pytest.mark.contract("submit.idempotency")
def test_the_same_key_and_request_is_the_same_job_at_any_later_time():
    desk = fake_desk()
    first = submit(request(idempotency_key="k"), desk)
    desk.clock.now_ms += 10**9
    again = submit(request(idempotency_key="k"), desk)
    assert again.is_duplicate and again.job == first.job
    assert len(desk.jobs.rows) == len(desk.queues.rung) == 1


@pytest.mark.contract("submit.idempotency")
def test_the_same_key_with_another_request_is_a_conflict():
    desk = fake_desk()
    submit(request(idempotency_key="k"), desk)
    with pytest.raises(RequestRefused) as refused:
        submit(request(videos=["b.mp4"], idempotency_key="k"), desk)
    assert (refused.value.code, refused.value.field) == ("Conflict", "idempotency_key")


def test_a_tenant_at_its_cap_is_told_the_cap():
    desk = fake_desk(tenant_max_queued=1)
    tenant = replace(request(), session_id="acme.abc123")
    submit(tenant, desk)
    with pytest.raises(RequestRefused, match="1 of your jobs are waiting") as refused:
        submit(tenant, desk)
    assert refused.value.code == "TooManyJobs"


def test_a_key_means_something_else_in_another_session():
    desk = fake_desk()
    one = submit(request(idempotency_key="k"), desk).job
    other = submit(request(session_id="other", idempotency_key="k"), desk)
    assert not other.is_duplicate and other.job.job_id != one.job_id
