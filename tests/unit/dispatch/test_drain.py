import json

import pytest

from roughcut.dispatch.drain import MAX_TRIES, drain
from roughcut.jobs.board import SlotShard
from roughcut.jobs.order import Priority, order_key
from roughcut.jobs.status import Status
from roughcut.ports import Outcome
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job


def desk_with(*jobs, **limits):
    desk = fake_desk(**limits)
    for job in jobs:
        desk.jobs.create(job, b"{}")
    return desk


def test_jobs_start_in_the_order_of_class_and_age_within_the_slots():
    low, old, new, high = (
        queued_job("01LOW", priority=Priority.LOW, at=NOW - 5000),
        queued_job("01OLD", at=NOW - 2000),
        queued_job("01NEW", at=NOW - 1000),
        queued_job("01HIGH", priority=Priority.HIGH, at=NOW),
    )
    desk = desk_with(low, old, new, high, limit=3)
    assert drain(desk) == ["01HIGH", "01OLD", "01NEW"]
    assert desk.jobs.get(low.key).status is Status.QUEUED
    assert desk.jobs.board().running == 3
    assert drain(desk) == []


def test_the_execution_is_named_for_the_attempt_and_gets_the_stored_input():
    job = queued_job()
    desk = desk_with(job)
    drain(desk)
    row = desk.jobs.get(job.key)
    assert desk.executions.inputs == {f"01JOB-1-{NOW}": row.execution_input}
    told = json.loads(row.execution_input)["job"]
    assert told == {
        "v": 1,
        "session_id": "abc123",
        "job_id": "01JOB",
        "attempt": 1,
        "execution": f"01JOB-1-{NOW}",
        "job_type": "full_pipeline",
        "slides": 2,
        "fresh": False,
        "request_key": "sessions/abc123/jobs/01JOB/request.json",
        "prefix": "sessions/abc123/jobs/01JOB/1/",
        "deadline_ms": NOW + 15 * 60_000,
    }
    assert desk.media.read(told["request_key"]) == b"{}"
    assert (row.deadline_ms, row.check_at) == (NOW + 15 * 60_000, NOW + 60_000)


def test_a_limit_of_zero_pauses_and_loses_nothing():
    job = queued_job()
    desk = desk_with(job, limit=0)
    assert drain(desk) == []
    assert desk.jobs.get(job.key) == job


@pytest.mark.contract("process")
def test_no_more_are_started_than_asked():
    desk = desk_with(*(queued_job(f"01J{n}", at=NOW + n) for n in range(5)))
    assert drain(desk, most=1) == ["01J0"]


def test_many_jobs_are_started_page_by_page():
    jobs = [queued_job(f"01J{n:03d}", at=NOW + n) for n in range(60)]
    desk = desk_with(*jobs, limit=50)
    assert drain(desk) == [job.job_id for job in jobs[:50]]


def test_a_job_that_the_index_does_not_show_yet_starts_by_its_message():
    job = queued_job()
    desk = desk_with(job)
    desk.jobs.waiting = lambda *_: []
    assert drain(desk) == []
    assert drain(desk, [job.key]) == ["01JOB"]


def test_a_message_of_a_lower_class_starts_the_higher_job():
    low, high = queued_job("01LOW", priority=Priority.LOW), queued_job("01HIGH", priority=Priority.HIGH)
    desk = desk_with(low, high, limit=1)
    assert drain(desk, [low.key]) == ["01HIGH"]


def test_a_drifted_counter_hides_nothing_from_the_sweep():
    desk = desk_with(queued_job())
    desk.jobs.counters.clear()
    assert drain(desk) == []
    assert drain(desk, trust_counts=False) == ["01JOB"]


def test_with_aging_an_old_low_job_overtakes_a_new_high_one():
    aged = queued_job("01LOW", priority=Priority.LOW, order=order_key(Priority.LOW, NOW - 3_600_000, "01LOW", 10))
    high = queued_job("01HIGH", priority=Priority.HIGH, order=order_key(Priority.HIGH, NOW, "01HIGH", 10))
    assert drain(desk_with(high, aged, limit=1, aging_minutes=10)) == ["01LOW"]


def test_a_start_that_step_functions_refuses_for_good_fails_the_job_and_frees_the_slot():
    job = queued_job()
    desk = desk_with(job)
    desk.executions.refuses = True
    drain(desk)
    row = desk.jobs.get(job.key)
    assert (row.status, row.failure.code) == (Status.FAILED, "Internal")
    assert desk.jobs.board().running == 0


def test_a_job_whose_starts_came_to_nothing_too_often_is_poison():
    job = queued_job(tries=MAX_TRIES)
    desk = desk_with(job)
    assert drain(desk) == []
    assert desk.jobs.get(job.key).failure.code == "Poisoned"


@pytest.mark.parametrize("rung", [[], ["unknown"]])
def test_draining_an_empty_queue_is_quiet(rung):
    desk = fake_desk()
    keys = [queued_job(name).key for name in rung]
    assert drain(desk, keys) == []


def test_a_row_of_a_newer_version_waits_for_a_newer_dispatcher():
    desk = desk_with(queued_job("01NEW", v=2), queued_job("01OLD", at=NOW + 1))
    assert drain(desk) == ["01OLD"]


def test_reserved_slots_stay_free_for_high_jobs():
    desk = desk_with(queued_job("01N"), queued_job("01O", at=NOW + 1), limit=2, reserved_high_slots=5)
    assert drain(desk) == ["01N"]
    desk.jobs.create(queued_job("01H", priority=Priority.HIGH, at=NOW + 2), b"{}")
    assert drain(desk) == ["01H"]


def test_reserving_every_slot_starves_nobody():
    assert drain(desk_with(queued_job("01N"), limit=1, reserved_high_slots=1)) == ["01N"]


def test_under_aging_a_high_job_behind_others_still_gets_the_reserve():
    first = (
        order_key(Priority.NORMAL, NOW - 3_600_000, "01M", 10),
        order_key(Priority.NORMAL, NOW - 3_600_000, "01N", 10),
    )
    normals = [queued_job("01M", order=first[0]), queued_job("01N", order=first[1])]
    high = queued_job("01H", priority=Priority.HIGH, at=NOW + 1)
    assert drain(desk_with(*normals, high, limit=2, aging_minutes=10, reserved_high_slots=1)) == ["01M", "01H"]


def test_a_large_limit_fills_every_shard():
    jobs = [queued_job(f"01J{n:03d}", at=NOW + n) for n in range(260)]
    desk = desk_with(*jobs, limit=250)
    assert drain(desk) == [job.job_id for job in jobs[:250]]
    assert [slot.running for slot in desk.jobs.board().slots] == [84, 83, 83]


def test_a_tenant_at_its_cap_holds_nobody_else_up_and_starts_as_many_as_it_may():
    greedy = [queued_job(f"01G{n}", session_id="acme.s", at=NOW + n) for n in range(5)]
    other = queued_job("01X", session_id="other.s", at=NOW + 9)
    desk = desk_with(*greedy, other, limit=10, tenant_max_running=2)
    assert sorted(drain(desk)) == ["01G0", "01G1", "01X"]
    assert sorted(job.job_id for job in desk.jobs.rows.values() if job.held) == ["01G2", "01G3", "01G4"]
    assert drain(desk) == []


def test_nothing_is_claimed_by_a_dispatcher_whose_view_of_the_slots_is_old():
    desk = desk_with(queued_job("01A"), queued_job("01B", at=NOW + 1), limit=1)
    seen = desk.jobs.board()
    drain(desk)
    assert seen.slots == ()
    assert desk.jobs.claim([(queued_job("01B"), queued_job("01B"))], SlotShard(0, running=0, limit=1)) == [
        Outcome.NO_SLOT
    ]
