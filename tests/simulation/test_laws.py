"""Promises with a figure: how soon a slot is used again, whatever waits and whatever got lost."""

from dataclasses import replace
from itertools import count

import pytest

from roughcut.dispatch.desk import Limits
from roughcut.dispatch.drain import drain
from roughcut.dispatch.sweep import sweep
from roughcut.jobs.order import Priority, order_key
from roughcut.jobs.status import Status
from roughcut.ports import Execution
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job
from tests.simulation.world import Weather, World

CALM = Weather(doubled=0, lost=0, crash=0, throttle=0, failing=0, cancelled=0, retried=0)
SECOND, MINUTE = 1000, 60_000


def test_a_high_job_starts_within_a_second_of_a_free_slot_behind_a_million_low_ones():
    world = World(Limits(max_concurrent_jobs=1), CALM, seed=1)
    low = queued_job("01LOW", priority=Priority.LOW)
    for number in range(1_000_000):
        job_id = f"L{number:07d}"
        row = replace(low, job_id=job_id, order=order_key(Priority.LOW, NOW + number, job_id))
        world.store.create(row, b"{}")
    world.desk.fresh.clear()  # that they wait was told
    world.store.outbox.clear()
    world.later(5 * SECOND, world.submit, Priority.HIGH)
    world.run(lambda: len(world.machine.closed) >= 3, most_ms=20 * MINUTE)
    high = next(job for job in world.store.rows.values() if job.priority is Priority.HIGH)
    first = min(job.finished_ms for job in world.store.rows.values() if job.finished_ms and job is not high)
    assert high.started_ms - first <= SECOND
    assert sum(job.started_ms is not None for job in world.store.rows.values()) >= 3


@pytest.mark.parametrize("active", [1, 100, 900, 2700])
def test_a_lost_completion_event_frees_its_slot_in_time(active):
    desk = fake_desk(limit=active)
    for number in range(active):
        desk.jobs.create(queued_job(f"J{number:04d}", at=NOW + number), b"{}")
    assert len(drain(desk)) == active
    for key, row in list(desk.jobs.rows.items()):
        desk.jobs.rows[key] = replace(row, status=Status.RUNNING, passed=True)
    for turn in count():  # sweeps in a settled state, until every row was looked at once
        desk.clock.now_ms += MINUTE
        sweep(desk)
        if turn >= active // 900 + 1:
            break
    for row in desk.jobs.rows.values():
        desk.executions.closed[row.execution_name] = Execution("FAILED", "EncodeFailed")
    lost_at = desk.clock.now_ms
    while desk.jobs.board().running:
        desk.clock.now_ms += MINUTE
        sweep(desk)
    bound = 90 * SECOND if active <= 900 else (active / 900 + 1) * MINUTE
    assert desk.clock.now_ms - lost_at <= bound


def test_a_sweep_stays_within_the_describe_quota():
    desk = fake_desk(limit=2000)
    for number in range(2000):
        desk.jobs.create(queued_job(f"J{number:04d}"), b"{}")
    drain(desk)
    described = []
    desk.executions.describe = lambda name: described.append(name) or Execution("RUNNING")
    for _ in range(10):
        desk.clock.now_ms += MINUTE
        before = len(described)
        sweep(desk)
        assert len(described) - before <= 900
    assert len(set(described)) == 2000


def test_a_low_job_waits_no_longer_than_the_aging_bound_however_many_high_ones_come():
    aging = 10
    world = World(Limits(max_concurrent_jobs=1, priority_aging_minutes=aging), CALM, seed=4, work_ms=20 * SECOND)
    for number in range(400):  # more HIGH work than one slot can do
        world.later(number * 15 * SECOND, world.submit, Priority.HIGH)
    world.later(MINUTE, world.submit, Priority.LOW)
    world.run(lambda: any(j.priority is Priority.LOW and j.started_ms for j in world.store.rows.values()))
    jobs = list(world.store.rows.values())
    low = next(job for job in jobs if job.priority is Priority.LOW)
    bound = low.submitted_ms + 2 * aging * MINUTE
    older = [job for job in jobs if job.submitted_ms < bound and job is not low]
    newer = [job for job in jobs if job.submitted_ms > bound]
    assert older and all(job.started_ms and job.started_ms <= low.started_ms for job in older)
    assert newer and all(job.started_ms is None or job.started_ms > low.started_ms for job in newer)


def test_a_limit_lowered_below_what_runs_starts_nothing_until_it_has_drained():
    world = World(Limits(max_concurrent_jobs=4), CALM, seed=5)
    for _ in range(12):
        world.later(0, world.submit, Priority.NORMAL)
    world.run(lambda: len(world.machine.working) == 4)
    world.desk = replace(world.desk, limits=replace(world.desk.limits, max_concurrent_jobs=1))
    seen = []
    world.run(lambda: seen.append(len(world.machine.working)) or world.all_ended())
    assert max(seen[1:]) <= 4 and world.machine.peak == 4
    assert sorted(seen[1:], reverse=True) == seen[1:] or 1 in seen
    assert all(job.status is Status.SUCCEEDED for job in world.store.rows.values())


def test_a_limit_of_nothing_starts_nothing_loses_nothing_and_ends_when_it_is_raised():
    world = World(Limits(max_concurrent_jobs=4), CALM, seed=6)
    for _ in range(12):
        world.later(0, world.submit, Priority.NORMAL)
    world.run(lambda: len(world.machine.working) == 4)
    world.desk = replace(world.desk, limits=replace(world.desk.limits, max_concurrent_jobs=0))
    world.run(lambda: not world.machine.open and not world.store.board().running)
    started = sum(job.started_ms is not None for job in world.store.rows.values())
    world.later(10 * MINUTE, world.submit, Priority.HIGH)  # its doorbell rings in vain
    world.run(lambda: len(world.accepted) == 13, most_ms=20 * MINUTE)
    assert sum(job.started_ms is not None for job in world.store.rows.values()) == started < 12

    world.desk = replace(world.desk, limits=replace(world.desk.limits, max_concurrent_jobs=4))
    raised_at = world.clock.now_ms
    world.run(world.all_ended)

    assert [job.status for job in world.store.rows.values()] == [Status.SUCCEEDED] * 13
    high = next(job for job in world.store.rows.values() if job.priority is Priority.HIGH)
    assert raised_at < high.started_ms <= raised_at + MINUTE
    assert world.machine.peak == 4
