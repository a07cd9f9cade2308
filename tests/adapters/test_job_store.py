"""What every JobStore promises."""

import json
from dataclasses import replace

import pytest

from roughcut.aws.rows import to_item
from roughcut.dispatch.starting import ended
from roughcut.jobs.board import Due
from roughcut.jobs.errors import Failure
from roughcut.jobs.job import JobKey
from roughcut.jobs.order import Priority, shard
from roughcut.jobs.status import ACTIVE, Status
from roughcut.ports import JobStore, Outcome
from tests.fakes.jobs import NOW, queued_job

MINUTE = 60_000
REQUEST = b'{"payload": {}}'


def starting(job, **changes):
    row = replace(job, status=Status.STARTING, started_ms=NOW, deadline_ms=NOW + MINUTE, check_at=NOW + MINUTE)
    return replace(replace(row, execution_input='{"job": {}}', tries=1, slot=0), **changes)


def claim(store: JobStore, *jobs):
    return store.claim([(job, starting(job)) for job in jobs], store.board().slots[0])


def claimed(store: JobStore, job=None):
    job = job or queued_job()
    store.set_limit(3, 0)
    store.create(job, REQUEST)
    assert claim(store, job) == [Outcome.DONE]
    return starting(job)


def waiting(store: JobStore):
    return sum(store.board().queued.values())


def tenant_job(name, tenant="acme", **changes):
    return queued_job(name, session_id=f"{tenant}.abc123", **changes)


def test_a_created_job_is_read_back_whole_with_its_request(store):
    job = queued_job()
    assert store.create(job, REQUEST) is Outcome.DONE
    assert store.get(job.key) == job
    assert store.request(job.key) == REQUEST
    assert store.get_many([job.key, JobKey("abc123", "nobody")]) == [job]


def test_a_job_is_created_once(store):
    job = queued_job()
    store.create(job, REQUEST)
    assert store.create(replace(job, slides=9), b"other") is Outcome.LOST
    assert store.get(job.key) == job
    assert store.request(job.key) == REQUEST
    assert waiting(store) == 1


def test_a_missing_job_is_none(store):
    assert store.get(JobKey("abc123", "nobody")) is None
    assert store.session_jobs("nobody") == []


def test_a_claim_takes_the_job_out_of_the_queue_and_takes_a_slot(store):
    job = queued_job()
    store.set_limit(1, 0)
    store.create(job, REQUEST)
    assert claim(store, job) == [Outcome.DONE]
    assert store.get(job.key) == starting(job)
    assert (store.board().running, store.board().limit, store.board().free) == (1, 1, 0)
    assert store.board().queued == {}
    assert store.waiting(job.priority, shard(job.job_id), 10) == []


def test_no_claim_without_a_free_slot(store):
    first, second = queued_job("01A"), queued_job("01B")
    store.set_limit(1, 0)
    for job in (first, second):
        store.create(job, REQUEST)
    before = store.board().slots[0]
    claim(store, first)
    assert store.claim([(second, starting(second))], before) == [Outcome.NO_SLOT]
    assert store.get(second.key) == second
    assert store.board().running == 1


def test_many_are_claimed_at_once_and_the_lost_ones_cost_the_others_nothing(store):
    jobs = [queued_job(f"01J{n:02d}") for n in range(20)]
    store.set_limit(50, 0)
    for job in jobs:
        store.create(job, REQUEST)
    claim(store, *jobs[3:6])
    outcomes = claim(store, *jobs)
    assert [n for n, outcome in enumerate(outcomes) if outcome is Outcome.LOST] == [3, 4, 5]
    assert outcomes.count(Outcome.DONE) == 17
    assert store.board().running == 20
    assert waiting(store) == 0


def test_a_batch_that_does_not_fit_takes_nothing(store):
    jobs = [queued_job(name) for name in ("01A", "01B")]
    store.set_limit(1, 0)
    for job in jobs:
        store.create(job, REQUEST)
    assert claim(store, *jobs) == [Outcome.NO_SLOT] * 2
    assert (store.board().running, waiting(store)) == (0, 2)


def test_a_limit_lowered_below_the_count_stops_claims_and_frees_nothing(store):
    jobs = [queued_job(name) for name in ("01A", "01B", "01C")]
    store.set_limit(2, 0)
    for job in jobs:
        store.create(job, REQUEST)
    claim(store, *jobs[:2])
    before = store.board().slots[0]
    store.set_limit(1, 0)
    assert (store.board().running, store.board().limit, store.board().free) == (2, 1, 0)
    assert claim(store, jobs[2]) == [Outcome.NO_SLOT]
    assert store.claim([(jobs[2], starting(jobs[2]))], replace(before, running=0)) == [Outcome.NO_SLOT]


def test_reserved_slots_are_for_high_jobs_alone(store):
    normal, high = queued_job("01A"), queued_job("01B", priority=Priority.HIGH)
    store.set_limit(2, 1)
    for job in (normal, high, queued_job("01C")):
        store.create(job, REQUEST)
    assert claim(store, queued_job("01C")) == [Outcome.DONE]
    assert claim(store, normal) == [Outcome.NO_SLOT]
    assert claim(store, high) == [Outcome.DONE]


def test_a_claim_that_read_an_older_limit_or_reserve_takes_nothing(store):
    job = queued_job()
    store.set_limit(3, 1)
    store.create(job, REQUEST)
    (slot,) = store.board().slots
    older = [replace(slot, reserved=0), replace(slot, limit=4)]
    assert [store.claim([(job, starting(job))], read) for read in older] == [[Outcome.NO_SLOT]] * 2
    assert claim(store, job) == [Outcome.DONE]


@pytest.mark.like_aws(
    "DynamoDB", "Of two transactions on the same condition one is cancelled with ConditionalCheckFailed"
)
def test_only_one_of_two_claims_wins(store):
    job = queued_job()
    store.set_limit(3, 0)
    store.create(job, REQUEST)
    assert claim(store, job) == [Outcome.DONE]
    assert claim(store, job) == [Outcome.LOST]
    assert store.board().running == 1


def test_a_large_limit_is_spread_over_shards_that_add_up(store):
    store.set_limit(3, 1)
    store.set_limit(1001, 11)
    board = store.board()
    assert len(board.slots) == 11 and board.limit == 1001
    assert sum(slot.reserved for slot in board.slots) == 11
    job = queued_job()
    store.create(job, REQUEST)
    row = starting(job, slot=7)
    store.claim([(job, row)], board.slots[7])
    store.set_limit(2, 0)
    assert (store.board().limit, store.board().running, store.board().free) == (2, 1, 1)
    end = replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None, slot=None)
    assert store.move(row, end) is Outcome.DONE
    assert store.board().running == 0
    store.set_limit(2, 0)
    assert (store.board().free, sum(slot.limit for slot in store.board().slots)) == (2, 2)


def test_a_limit_lowered_below_what_runs_on_several_shards_is_not_exceeded(store):
    jobs = [queued_job(f"01J{n}") for n in range(5)]
    store.set_limit(300, 0)
    for job in jobs:
        store.create(job, REQUEST)
    slots = store.board().slots
    for job, slot in zip(jobs[:3], slots, strict=True):
        store.claim([(job, starting(job, slot=slot.number))], slot)
    store.set_limit(2, 0)
    assert (store.board().limit, store.board().running, store.board().free) == (2, 3, 0)
    row = starting(jobs[0], slot=0)
    store.move(row, replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None, slot=None))
    store.set_limit(2, 0)
    assert (store.board().running, store.board().free) == (2, 0)
    assert [claim(store, job) for job in jobs[3:]] == [[Outcome.NO_SLOT]] * 2


def test_one_slot_is_always_left_to_all_classes(store):
    store.set_limit(2, 5)
    assert [(slot.limit, slot.reserved) for slot in store.board().slots] == [(2, 1)]
    store.set_limit(1, 5)
    assert [(slot.limit, slot.reserved) for slot in store.board().slots] == [(1, 0)]


def test_a_tenant_has_no_more_waiting_than_its_cap(store):
    outcomes = [store.create(tenant_job(f"01J{n}"), REQUEST) for n in range(4)]
    assert outcomes == [Outcome.DONE] * 3 + [Outcome.TENANT_FULL]
    assert store.create(tenant_job("01X", tenant="other"), REQUEST) is Outcome.DONE
    assert store.create(queued_job("01Y"), REQUEST) is Outcome.DONE
    assert store.tenant_load("acme").queued == 3


def test_a_tenant_has_no_more_running_than_its_cap(store):
    jobs = [tenant_job(f"01J{n}") for n in range(3)]
    store.set_limit(10, 0)
    for job in jobs:
        store.create(job, REQUEST)
    assert claim(store, *jobs) == [Outcome.DONE] * 2 + [Outcome.TENANT_FULL]
    assert claim(store, jobs[2]) == [Outcome.TENANT_FULL]
    assert (store.tenant_load("acme").queued, store.tenant_load("acme").running) == (1, 2)
    row = starting(jobs[0])
    store.move(row, replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None, slot=None))
    assert store.tenant_load("acme").running == 1
    assert claim(store, jobs[2]) == [Outcome.DONE]


def test_a_held_job_waits_apart_and_is_found_by_its_tenant(store):
    job = tenant_job("01A")
    store.create(job, REQUEST)
    held = replace(job, held=True)
    assert store.move(job, held) is Outcome.DONE
    assert store.waiting(job.priority, shard(job.job_id), 10) == []
    assert [entry.key for entry in store.held("acme", job.priority, 10)] == [job.key]
    assert store.holding_tenants() == ["acme"]
    assert waiting(store) == 1
    assert store.move(held, job) is Outcome.DONE
    assert [entry.key for entry in store.waiting(job.priority, shard(job.job_id), 10)] == [job.key]
    assert store.held("acme", job.priority, 10) == []
    assert store.holding_tenants() == []


def test_a_queued_row_is_moved_only_as_held_as_it_was_read(store):
    job = tenant_job("01A")
    store.set_limit(3, 0)
    store.create(job, REQUEST)
    held = replace(job, held=True)
    assert [store.move(job, held), store.move(job, held)] == [Outcome.DONE, Outcome.LOST]
    assert claim(store, job) == [Outcome.LOST]
    cancelled = replace(job, status=Status.CANCELLED, finished_ms=NOW)
    assert store.move(job, cancelled) is Outcome.LOST
    assert store.move(held, cancelled) is Outcome.DONE
    assert store.holding_tenants() == []
    assert store.tenant_load("acme").queued == 0


def test_a_move_from_an_older_attempt_is_lost(store):
    row = claimed(store)
    late = replace(row, attempt=row.attempt - 1)
    assert store.move(late, replace(late, status=Status.FAILED, finished_ms=NOW)) is Outcome.LOST
    assert store.get(row.key) == row


@pytest.mark.parametrize("word, ending", [("completed", Status.SUCCEEDED), ("failed", Status.FAILED)])
def test_an_end_frees_the_slot_and_counts_in_the_days_figures(store, word, ending):
    row = claimed(store)
    failure = Failure("EncodeFailed", "no", stage="optimize", clip="a.mp4") if ending is Status.FAILED else None
    end = replace(row, status=ending, finished_ms=NOW, check_at=None, slot=None, failure=failure)
    assert store.move(row, end) is Outcome.DONE
    assert store.get(row.key) == end
    assert store.board().running == 0
    assert store.ended_since(NOW - MINUTE) == ((1, 0) if word == "completed" else (0, 1))
    assert store.ended_since(NOW + 20 * MINUTE) == (0, 0)


def test_a_requeued_job_waits_again_with_the_next_attempt(store):
    row = claimed(store)
    again = replace(row, status=Status.QUEUED, attempt=2, check_at=None, slot=None)
    assert store.move(row, again) is Outcome.DONE
    assert store.board().running == 0
    assert waiting(store) == 1
    assert [entry.key for entry in store.waiting(row.priority, shard(row.job_id), 10)] == [row.key]


def test_a_partition_is_read_in_order(store):
    jobs = [queued_job(f"01J{n}", at=NOW + 1000 - n) for n in range(40)]
    for job in jobs:
        store.create(job, REQUEST)
    number = shard(jobs[0].job_id)
    mine = sorted((job for job in jobs if shard(job.job_id) == number), key=lambda job: job.order)
    assert [entry.key for entry in store.waiting(Priority.NORMAL, number, 100)] == [job.key for job in mine]
    assert store.waiting(Priority.NORMAL, number, 1)[0].key == mine[0].key
    assert store.count_before(Priority.NORMAL, number, mine[-1].order, 1000) == len(mine) - 1
    assert store.waiting(Priority.HIGH, number, 100) == []


def test_the_counters_tell_each_class_and_partition(store):
    jobs = [queued_job(f"01J{n}", priority=list(Priority)[n % 3]) for n in range(30)]
    for job in jobs:
        store.create(job, REQUEST)
    counts = store.board().queued
    for priority in Priority:
        mine = [job for job in jobs if job.priority is priority]
        assert sum(n for (p, _), n in counts.items() if p is priority) == len(mine)
        assert all((priority, shard(job.job_id)) in counts for job in mine)


def test_an_active_job_is_due_once_its_time_has_come(store):
    row = claimed(store)
    assert store.due(NOW, 10) == []
    assert store.due(NOW + MINUTE, 10) == [Due(row.key, 1)]
    store.postpone(row, NOW + 2 * MINUTE)
    assert store.due(NOW + MINUTE, 10) == []
    assert store.get(row.key).check_at == NOW + 2 * MINUTE


def test_a_job_that_moved_is_not_postponed(store):
    row = claimed(store)
    end = replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None)
    store.move(row, end)
    store.postpone(row, NOW)
    assert store.get(row.key) == end
    assert store.due(NOW + MINUTE, 10) == []


def test_the_most_overdue_jobs_come_first_and_no_more_than_asked(store):
    store.set_limit(20, 0)
    for n in range(12):
        job = queued_job(f"01J{n}")
        store.create(job, REQUEST)
        store.claim([(job, starting(job, check_at=NOW - n))], store.board().slots[0])
    due = store.due(NOW, 5)
    assert [entry.key.job_id for entry in due] == ["01J11", "01J10", "01J9", "01J8", "01J7"]


def test_a_sessions_jobs_come_newest_first_and_alone(store):
    jobs = [queued_job(f"01J{n}", at=NOW + n) for n in range(5)]
    for job in [*jobs, replace(queued_job("01X"), session_id="other")]:
        store.create(job, REQUEST)
    assert store.session_jobs("abc123") == jobs[::-1]


def test_all_of_a_sessions_jobs_come_however_many_pages_of_a_megabyte_they_are(store):
    jobs = [replace(queued_job(f"01J{n:02}", at=NOW + n), execution_input="x" * 200_000) for n in range(7)]
    for job in jobs:
        store.create(job, REQUEST)
    assert store.session_jobs("abc123") == jobs[::-1]


def test_a_thousand_finished_jobs_of_a_session_are_one_page(store):
    row = claimed(store)
    running = replace(row, execution_input="x" * 400, execution=f"arn:aws:states:::execution:{'x' * 80}")
    done = ended(replace(running, result_key=f"{row.prefix}result.json"), Status.SUCCEEDED, NOW)
    assert 1_000 * len(json.dumps(to_item(done), separators=(",", ":"))) < 1 << 20


def test_a_claim_begins_with_fresh_progress(store):
    row = claimed(store)
    progress = store.progress([row.key])[row.key]
    assert (progress.attempt, progress.parts, progress.expected) == (1, {}, {})


def test_every_active_state_counts_and_no_other(store):
    assert {status for status in Status if status.holds_slot} == ACTIVE


def test_a_quarantined_message_is_a_row_once_and_never_waits(store):
    job = queued_job("m1", session_id="_quarantine", status=Status.FAILED, finished_ms=NOW)
    assert store.quarantine(job, "garbage")
    assert not store.quarantine(job, "garbage")
    assert store.get(job.key) == job
    assert waiting(store) == 0


def test_a_days_jobs_come_newest_first_page_by_page(store):
    jobs = [queued_job(f"01J{n}", at=NOW + n) for n in range(20)]
    for job in jobs:
        store.create(job, REQUEST)
    page = store.recent("default", "2026-11-18", "", 7)
    assert [entry.key for entry in page] == [job.key for job in jobs[:-8:-1]]
    rest = store.recent("default", "2026-11-18", page[-1].order, 100)
    assert [entry.key for entry in page + rest] == [job.key for job in jobs[::-1]]
    assert store.recent("default", "2026-11-17", "", 7) == store.recent("acme", "2026-11-18", "", 7) == []


def test_a_counter_is_repaired_only_if_it_stood_still(store):
    claimed(store)
    (slot,) = store.board().slots
    assert dict(store.slot_census()) == {0: 1}
    store.suspect(slot, NOW)
    assert (store.board().slots[0].suspected, store.board().slots[0].suspected_ms) == (slot.changes, NOW)
    job = queued_job("01B")
    store.create(job, REQUEST)
    claim(store, job)
    assert not store.repair(slot, replace(slot, running=0))
    assert store.board().running == 2
    assert store.repair(store.board().slots[0], replace(slot, running=7))
    assert store.board().running == 7


def test_a_queue_counter_is_repaired_likewise(store):
    store.create(queued_job(), REQUEST)
    (counter,) = store.board().counters
    assert store.repair(counter, replace(counter, queued={Priority.HIGH: 4}))
    assert set(store.board().queued) == {(Priority.HIGH, counter.number % 8)}
    assert not store.repair(counter, counter)


def left(store: JobStore, until_ms=NOW + 2 * MINUTE):
    return [told.event_id for shard_of_it in store.unannounced(until_ms, 10) for told in shard_of_it]


def test_every_step_that_is_told_leaves_an_event_in_order_of_time(store):
    row = claimed(store)
    failed = replace(row, status=Status.FAILED, finished_ms=NOW + MINUTE, check_at=None, slot=None)
    store.move(row, failed)
    assert set(left(store)) == {f"{row.job_id}-1-{word}" for word in ("queued", "started", "failed")}
    assert left(store)[-1] == f"{row.job_id}-1-failed"
    assert f"{row.job_id}-1-failed" not in left(store, NOW + MINUTE - 1)
    (last,) = [told for some in store.unannounced(NOW + MINUTE, 10) for told in some if "failed" in told.event_id]
    assert last.job == replace(failed, execution_input=last.job.execution_input)


def test_what_was_told_of_is_left_no_more(store):
    claimed(store)
    told = [each for some in store.unannounced(NOW, 10) for each in some]
    store.announced(told[:1])
    assert left(store) == [each.event_id for each in told[1:]] != []
    store.announced(told)
    assert left(store) == []


def test_a_lost_write_a_held_job_and_a_cancelling_one_leave_no_event(store):
    row = claimed(store)
    before = left(store)
    store.create(queued_job(), REQUEST)
    store.move(row, replace(row, status=Status.CANCELLING))
    waiting_job = tenant_job("01B")
    store.create(waiting_job, REQUEST)
    store.move(waiting_job, replace(waiting_job, held=True))
    assert sorted(left(store)) == sorted([*before, "01B-1-queued"])
