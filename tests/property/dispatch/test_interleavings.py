"""Interleavings that chance finds too rarely, written down. Each holds, and breaks once its guard is taken away."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from roughcut.dispatch.desk import Limits
from roughcut.jobs.job import JobKey
from roughcut.jobs.order import Priority, counter_shard, shard
from roughcut.jobs.request import SubmitRequest
from roughcut.jobs.status import Status
from tests.property.dispatch.freezing import Freeze, Killed
from tests.property.dispatch.machine import Run
from tests.property.dispatch.mutants import SCRIPTED, applied
from tests.property.dispatch.program import ENDS
from tests.property.dispatch.world import MINUTE, World, event_of

S = Status


@contextmanager
def living(most: int = 1, claims_per_shard: int = 100, **limits: int) -> Iterator[World]:
    world = World(Limits(max_concurrent_jobs=most, **limits), Counter(), claims_per_shard=claims_per_shard)
    try:
        yield world
    finally:
        world.close()


def submitted(world: World, priority: Priority = Priority.NORMAL, session: str = "abc") -> JobKey:
    request = SubmitRequest(session, "generate_slides", priority, {"slides": ["intro.png"]})
    return world.submit(request).answer.job.key


def begun(world: World, key: JobKey) -> Run:
    world.drain()
    run = run_of(world, key)
    world.machine.begin(run)
    return run


def run_of(world: World, key: JobKey) -> Run:
    attempt = world.watch.rows[key].attempt
    return next(run for run in world.machine.runs.values() if (run.key, run.attempt) == (key, attempt))


def status(world: World, key: JobKey) -> tuple[Status, int]:
    row = world.watch.rows[key]
    return row.status, row.attempt


def interrupted(world: World, key: JobKey, after_ms: int = 1000) -> None:
    run = begun(world, key)
    world.tick(after_ms)
    world.machine.fail(run, ENDS["interrupted"])
    world.deliver(event_of(run, "end"))


def test_a_late_end_of_attempt_1_does_not_end_attempt_2():
    with living() as world:
        key = submitted(world)
        run = begun(world, key)
        world.machine.fail(run, ENDS["failed"])
        late = world.deliver(event_of(run, "late"), Freeze(2, telling=True))
        assert late.call == "transact_write_items"
        world.deliver(event_of(run, "in time"))
        world.retry(key)
        begun(world, key)
        world.resume(late, None)
        world.check()
        assert status(world, key) == (S.RUNNING, 2)


def test_a_late_write_of_the_publish_gate_publishes_nothing_of_an_old_attempt():
    with living() as world:
        key = submitted(world)
        run = begun(world, key)
        world.machine.send("PublishResult", run)
        world.machine.fail(run, ENDS["interrupted"])
        world.deliver(event_of(run, "end"))
        begun(world, key)
        world.machine.land(0)
        world.check()
        assert status(world, key) == (S.RUNNING, 2)


def test_a_high_job_goes_first_however_many_wait_below_it():
    with living() as world:
        for _ in range(9):
            submitted(world, Priority.LOW)
        high = submitted(world, Priority.HIGH)
        world.drain()
        world.check()
        assert status(world, high) == (S.STARTING, 1)


def test_a_second_attempt_that_is_cancelled_before_it_started_frees_its_slot():
    with living() as world:
        key = submitted(world)
        run = begun(world, key)
        world.machine.fail(run, ENDS["interrupted"])
        dying = world.deliver(event_of(run, "end"), Freeze(4, telling=True))
        assert dying.call == "start_execution"
        world.resume(dying, Killed())
        world.cancel(key)
        world.check()
        assert status(world, key) == (S.CANCELLED, 2)


def test_a_row_that_cannot_be_looked_at_keeps_no_other_from_ending():
    with living(most=2) as world:
        stuck, other = submitted(world), submitted(world)
        runs = {key: begun(world, key) for key in (stuck, other)}
        for run in runs.values():
            world.machine.fail(run, ENDS["failed"])
        world.machine.forbidden.add(runs[stuck].arn)
        world.tick(MINUTE)
        world.sweep()
        assert [status(world, key)[0] for key in (stuck, other)] == [S.RUNNING, S.FAILED]
        assert world.watch.broken and all("AccessDenied" in told for told in world.watch.broken)


def test_a_job_that_kills_its_host_five_times_is_given_up():
    with living() as world:
        key = submitted(world)
        for _ in range(5):
            interrupted(world, key)
        world.drain()
        world.check()
        assert status(world, key) == (S.FAILED, 6)


def test_a_job_that_outlives_five_hosts_is_not_given_up():
    with living() as world:
        key = submitted(world)
        for _ in range(5):
            interrupted(world, key, after_ms=6 * MINUTE)
        world.drain()
        world.check()
        assert status(world, key) == (S.STARTING, 6)


def test_a_held_job_is_brought_back_though_the_handler_that_should_have_died():
    with living(most=2, tenant_max_running=1) as world:
        first, held = (submitted(world, session="acme.s1") for _ in range(2))
        run = begun(world, first)
        assert world.watch.rows[held].held
        world.machine.fail(run, ENDS["failed"])
        dying = world.deliver(event_of(run, "end"), Freeze(2, after=True, telling=True))
        assert status(world, first) == (S.FAILED, 1)
        world.resume(dying, Killed())
        world.tick(MINUTE)
        world.sweep()
        world.check()
        assert status(world, held) == (S.STARTING, 1)


def test_a_tenants_best_job_starts_where_its_second_must_wait():
    with living(most=3, tenant_max_running=1) as world:
        best, second, other = (submitted(world, session=session) for session in ("acme.s1", "acme.s1", "abc"))
        world.drain()
        world.check()
        assert [status(world, key)[0] for key in (best, second, other)] == [S.STARTING, S.QUEUED, S.STARTING]


def test_a_job_that_hangs_is_stopped_after_its_deadline():
    with living(job_timeout_minutes=2) as world:
        key = submitted(world)
        begun(world, key)
        for _ in range(2):
            world.tick(4 * MINUTE)
            world.sweep()
        world.check()
        assert status(world, key) == (S.TIMED_OUT, 1)


def test_a_lowered_limit_holds_on_every_slot_shard():
    with living(most=3, claims_per_shard=1) as world:
        keys = [submitted(world) for _ in range(4)]
        for key in keys[:3]:
            begun(world, key)
        world.limit(1, 0)
        world.sweep()
        first = next(run for run in world.machine.runs.values() if world.watch.rows[run.key].slot == 0)
        world.machine.fail(first, ENDS["failed"])
        world.deliver(event_of(first, "end"))
        world.check()
        assert status(world, keys[3]) == (S.QUEUED, 1)


def test_an_audit_repairs_no_counter_that_has_changed_since_it_was_read():
    with living(most=0) as world:
        key = submitted(world)
        _drift(world, key)
        _tick_to_the_audit_of(world, key)
        world.sweep()
        world.tick(9 * MINUTE)
        repairing = world.sweep(Freeze(1, telling=True))
        assert repairing.call == "update_item"
        world.cancel(key)
        world.resume(repairing, None)
        assert repairing.answer.repaired == []


def test_an_audit_that_froze_while_its_index_lagged_repairs_nothing():
    with living(most=0) as world:
        world.dynamo.lags = True
        key = submitted(world)
        _tick_to_the_audit_of(world, key, caught_up=False)
        world.sweep()
        calls = world.sweep().calls
        late = world.sweep(Freeze(calls, after=True))
        assert not late.is_over
        world.tick(MINUTE)
        world.resume(late, None)
        world.check()


def _drift(world: World, key: JobKey) -> None:
    """As if a counter had been written by something else; from here on the counters' law is broken."""
    place = ("_board", f"queue#{counter_shard(key.job_id):02d}")
    world.dynamo.items[place] = {**world.dynamo.items[place], "NORMAL": {"N": "7"}}
    world.dynamo.behind.add(place)
    for index in world.dynamo.local.values():
        index.put(place, world.dynamo.items[place])


def _tick_to_the_audit_of(world: World, key: JobKey, *, caught_up: bool = True) -> None:
    """Part by part, one a minute."""
    while world.clock() // MINUTE % 9 != shard(key.job_id):
        world.clock.now_ms += MINUTE
    if caught_up:
        world.catch_up()


# What each fails without.
INTERLEAVINGS: dict[Callable[[], None], str] = {
    test_a_late_end_of_attempt_1_does_not_end_attempt_2: "row: attempt",
    test_a_late_write_of_the_publish_gate_publishes_nothing_of_an_old_attempt: "Publish: attempt and execution",
    test_a_high_job_goes_first_however_many_wait_below_it: "order: lower class first",
    test_a_second_attempt_that_is_cancelled_before_it_started_frees_its_slot: "requeue: still passed",
    test_a_row_that_cannot_be_looked_at_keeps_no_other_from_ending: "sweep: stops at trouble",
    test_a_job_that_kills_its_host_five_times_is_given_up: "poison: never",
    test_a_job_that_outlives_five_hosts_is_not_given_up: "poison: after any five interruptions",
    test_a_held_job_is_brought_back_though_the_handler_that_should_have_died: "tenant: only its own ends bring back",
    test_a_tenants_best_job_starts_where_its_second_must_wait: "tenant: its best is left out",
    test_a_job_that_hangs_is_stopped_after_its_deadline: "nurse: overdue is not stopped",
    test_a_lowered_limit_holds_on_every_slot_shard: "limit: shares that ignore what runs",
    test_an_audit_repairs_no_counter_that_has_changed_since_it_was_read: "audit: repairs what has changed",
    test_an_audit_that_froze_while_its_index_lagged_repairs_nothing: "audit: does not wait for the index",
}


@pytest.mark.parametrize("mutant", SCRIPTED, ids=lambda mutant: mutant.name)
def test_it_breaks_without_its_guard(mutant):
    (interleaving,) = (each for each, name in INTERLEAVINGS.items() if name == mutant.name)
    with applied(mutant), pytest.raises(AssertionError):
        interleaving()
