from dataclasses import replace

import pytest

from roughcut.dispatch.audit import audit
from roughcut.dispatch.drain import drain
from roughcut.jobs.order import SHARDS, counter_shard, shard
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import queued_job

JOB = queued_job()
MINUTE = 60_000


def turn(desk, part):
    """The next minute in which this part of the counters is audited."""
    minute = desk.clock.now_ms // MINUTE + 1
    desk.clock.now_ms = (minute + (part - minute) % (SHARDS + 1)) * MINUTE
    return audit(desk)


@pytest.fixture
def desk():
    desk = fake_desk()
    desk.jobs.create(JOB, b"{}")
    return desk


def test_right_counters_are_left_alone(desk):
    drain(desk)
    desk.jobs.create(queued_job("01B"), b"{}")
    before = desk.jobs.board()
    for part in range(SHARDS + 1):
        assert turn(desk, part) == turn(desk, part) == []
    assert desk.jobs.board() == before


def test_a_leaked_slot_is_noted_at_first_and_freed_the_next_time(desk):
    drain(desk)
    desk.jobs.slots[0] = replace(desk.jobs.slots[0], running=2)
    assert turn(desk, SHARDS) == []
    assert desk.jobs.board().running == 2
    assert turn(desk, SHARDS) == ["slot shard 0: 2 was 1"]
    assert desk.jobs.board().running == 1


def test_a_second_audit_in_the_same_minute_repairs_nothing(desk):
    drain(desk)
    desk.jobs.slots[0] = replace(desk.jobs.slots[0], running=2)
    assert turn(desk, SHARDS) == audit(desk) == []
    assert desk.jobs.board().running == 2


def test_a_slot_counter_that_moved_meanwhile_is_not_touched(desk):
    drain(desk)
    desk.jobs.slots[0] = replace(desk.jobs.slots[0], running=2)
    turn(desk, SHARDS)
    desk.jobs.create(queued_job("01B"), b"{}")
    drain(desk)
    assert turn(desk, SHARDS) == []
    assert desk.jobs.board().running == 3


def test_a_drifted_queue_counter_is_set_right(desk):
    number = counter_shard(JOB.job_id)
    counter = desk.jobs.counters[number]
    desk.jobs.counters[number] = replace(counter, queued={JOB.priority: 5})
    assert turn(desk, shard(JOB.job_id)) == []
    assert turn(desk, shard(JOB.job_id)) == [f"queue counter {number}"]
    assert desk.jobs.board().queued == {(JOB.priority, shard(JOB.job_id)): 1}


def test_held_jobs_count_as_the_queued_ones_they_are(desk):
    job = queued_job("01T", session_id="acme.s")
    desk.jobs.create(job, b"{}")
    desk.jobs.move(job, replace(job, held=True))
    number = counter_shard(job.job_id)
    assert [turn(desk, shard(job.job_id)) for _ in range(2)] == [[], []]
    desk.jobs.counters[number] = replace(desk.jobs.counters[number], queued={job.priority: 7})
    assert [turn(desk, shard(job.job_id)) for _ in range(2)] == [[], [f"queue counter {number}"]]
    assert sum(desk.jobs.board().queued.values()) == 2
