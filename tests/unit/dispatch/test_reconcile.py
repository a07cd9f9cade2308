from dataclasses import replace

import pytest

from roughcut.dispatch.desk import one_by_one
from roughcut.dispatch.drain import drain
from roughcut.dispatch.reconcile import DEADLY_MS, INTERRUPTED, LOOK_AGAIN_MS, OVERDUE, reconcile
from roughcut.dispatch.sweep import LOOKING_MS, sweep
from roughcut.jobs.status import Status
from roughcut.ports import Execution
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job

JOB = queued_job()
NAME = JOB.execution_name


def desk_in(status, **changes):
    """A desk with one job that was claimed and, but for STARTING, passed the Begin gate."""
    desk = fake_desk()
    desk.jobs.create(JOB, b"{}")
    drain(desk)
    row = desk.jobs.get(JOB.key)
    desk.jobs.rows[JOB.key] = replace(row, status=status, passed=status is not Status.STARTING, **changes)
    return desk


def look(desk, attempt=1):
    reconcile(desk, JOB.key, attempt)
    return desk.jobs.get(JOB.key)


@pytest.mark.parametrize(
    "status, execution, ending",
    [
        (Status.FINISHING, Execution("SUCCEEDED"), Status.SUCCEEDED),
        (Status.FINISHING, Execution("ABORTED"), Status.SUCCEEDED),
        (Status.RUNNING, Execution("FAILED", "EncodeFailed", "{}"), Status.FAILED),
        (Status.RUNNING, Execution("TIMED_OUT"), Status.TIMED_OUT),
        (Status.RUNNING, Execution("ABORTED", OVERDUE), Status.TIMED_OUT),
        (Status.STARTING, Execution("FAILED", "Roughcut.Fenced"), Status.FAILED),
        (Status.CANCELLING, Execution("ABORTED"), Status.CANCELLED),
        (Status.CANCELLING, Execution("FAILED", "EncodeFailed"), Status.CANCELLED),
    ],
)
def test_an_execution_seen_closed_ends_the_job_and_frees_its_slot(status, execution, ending):
    desk = desk_in(status)
    desk.executions.closed[NAME] = execution
    row = look(desk)
    assert (row.status, row.finished_ms, row.check_at) == (ending, NOW, None)
    assert desk.jobs.board().running == 0


@pytest.mark.parametrize("status", [Status.STARTING, Status.RUNNING, Status.FINISHING])
def test_an_open_execution_keeps_its_slot_and_is_looked_at_again(status):
    desk = desk_in(status)
    row = look(desk)
    assert (row.status, row.check_at) == (status, NOW + LOOK_AGAIN_MS)
    assert desk.jobs.board().running == 1


@pytest.mark.parametrize("status", [Status.RUNNING, Status.FINISHING, Status.CANCELLING])
def test_an_execution_that_is_not_found_frees_nothing_once_the_job_passed_the_gate(status):
    desk = desk_in(status)
    desk.executions.inputs.clear()
    assert look(desk).status is status
    assert desk.jobs.board().running == 1


def test_a_start_whose_answer_was_lost_is_repeated_with_the_same_bytes():
    desk = desk_in(Status.STARTING)
    told = desk.executions.inputs.pop(NAME)
    look(desk)
    assert desk.executions.inputs == {NAME: told}


def test_a_cancelled_job_that_never_passed_the_gate_needs_no_evidence():
    desk = desk_in(Status.CANCELLING)
    desk.jobs.rows[JOB.key] = replace(desk.jobs.get(JOB.key), passed=False)
    assert look(desk).status is Status.CANCELLED


def test_a_cancelled_job_that_runs_is_stopped_first():
    desk = desk_in(Status.CANCELLING)
    assert look(desk).status is Status.CANCELLING
    assert desk.executions.closed[NAME].error == "Roughcut.Cancelled"
    assert look(desk).status is Status.CANCELLED


def test_a_job_past_its_deadline_is_stopped_and_times_out():
    desk = desk_in(Status.RUNNING)
    desk.clock.now_ms += 15 * 60_000 + 60_001
    assert look(desk).status is Status.RUNNING
    row = look(desk)
    assert (row.status, row.failure.code) == (Status.TIMED_OUT, "TimedOut")


def test_an_interrupted_job_waits_again_with_the_next_attempt():
    desk = desk_in(Status.RUNNING)
    desk.executions.closed[NAME] = Execution("ABORTED", INTERRUPTED)
    row = look(desk)
    assert (row.status, row.attempt) == (Status.QUEUED, 2)
    assert drain(desk) == [JOB.job_id]
    assert len(desk.executions.inputs) == 2


def test_a_late_event_of_an_older_attempt_changes_nothing():
    desk = desk_in(Status.RUNNING, attempt=2)
    desk.executions.closed[NAME] = Execution("FAILED", "EncodeFailed")
    before = desk.jobs.get(JOB.key)
    assert look(desk, attempt=1) == before


def test_a_job_that_is_over_or_gone_is_left_alone():
    desk = desk_in(Status.RUNNING)
    desk.executions.closed[NAME] = Execution("FAILED", "EncodeFailed")
    once = look(desk)
    assert look(desk) == once
    reconcile(desk, queued_job("01NOBODY").key, 1)
    assert desk.jobs.board().running == 0


def test_a_sweep_frees_what_a_lost_event_left_and_starts_the_next():
    desk = desk_in(Status.RUNNING, check_at=0)
    desk.executions.closed[NAME] = Execution("FAILED", "EncodeFailed")
    waiting = queued_job("01NEXT")
    desk.jobs.create(waiting, b"{}")
    swept = sweep(desk)
    assert (swept.reconciled, swept.started) == (1, ["01NEXT"])
    assert desk.jobs.get(JOB.key).status is Status.FAILED


def test_a_sweep_of_everything_takes_up_what_a_dead_process_left_before_it_is_due():
    desk = desk_in(Status.RUNNING)
    desk.executions.closed[NAME] = Execution("ABORTED", "Roughcut.Interrupted")
    assert (sweep(desk).reconciled, desk.jobs.get(JOB.key).attempt) == (0, 1)
    swept = sweep(desk, everything=True)
    assert (swept.reconciled, desk.jobs.get(JOB.key).attempt) == (1, 2)


def test_a_sweep_publishes_a_changed_limit():
    desk = fake_desk(limit=5)
    desk.jobs.set_limit(1, 0)
    sweep(desk)
    assert desk.jobs.board().limit == 5


def test_an_end_brings_back_the_best_held_job_of_the_same_tenant():
    desk = fake_desk(tenant_max_running=1)
    jobs = [queued_job(f"01G{n}", session_id="acme.s", at=NOW + n) for n in range(3)]
    for job in jobs:
        desk.jobs.create(job, b"{}")
    assert drain(desk) == ["01G0"]
    desk.executions.closed[jobs[0].execution_name] = Execution("FAILED", "EncodeFailed")
    reconcile(desk, jobs[0].key, 1)
    assert [job.job_id for job in desk.jobs.rows.values() if job.held] == ["01G2"]
    assert drain(desk) == ["01G1"]


def test_a_sweep_brings_back_held_jobs_whose_tenants_end_was_lost():
    desk = fake_desk(tenant_max_running=1)
    job = queued_job("01G0", session_id="acme.s")
    desk.jobs.create(job, b"{}")
    desk.jobs.move(job, replace(job, held=True))
    assert drain(desk) == []
    assert sweep(desk).started == ["01G0"]


def test_only_attempts_that_die_soon_after_their_start_count_as_tries():
    desk = desk_in(Status.RUNNING)
    desk.executions.closed[NAME] = Execution("ABORTED", INTERRUPTED)
    assert look(desk).tries == 1
    desk = desk_in(Status.RUNNING)
    desk.executions.closed[NAME] = Execution("ABORTED", INTERRUPTED)
    desk.clock.now_ms += DEADLY_MS
    assert look(desk).tries == 0


def test_a_row_that_breaks_a_sweep_does_not_keep_the_next_from_being_healed():
    desk = desk_in(Status.RUNNING, check_at=0)
    broken = replace(JOB, job_id="01BROKEN")
    desk.jobs.create(broken, b"{}")
    drain(desk)
    desk.jobs.rows[broken.key] = replace(desk.jobs.rows[broken.key], check_at=0, execution_input=None)
    del desk.jobs.requests[broken.key]
    desk.executions.inputs.pop(broken.execution_name)
    desk.executions.closed[NAME] = Execution("FAILED", "EncodeFailed")
    swept = sweep(desk)
    assert [what.partition(":")[0] for what in swept.broken] == ["job 01BROKEN"]
    assert desk.jobs.get(JOB.key).status is Status.FAILED


def test_a_sweep_that_has_looked_long_enough_leaves_the_rest_to_the_next():
    desk = desk_in(Status.RUNNING, check_at=0)
    desk.executions.closed[NAME] = Execution("FAILED", "EncodeFailed")

    def slowly(do, entries):
        desk.clock.now_ms += LOOKING_MS
        one_by_one(do, entries)

    assert sweep(replace(desk, side_by_side=slowly)).broken == []
    assert desk.jobs.get(JOB.key).status is Status.RUNNING
    sweep(desk)
    assert desk.jobs.get(JOB.key).status is Status.FAILED
