"""Brings an active row in line with its execution. The only place that frees a slot.

Evidence rules: an execution counts as over only when it is *seen closed*; "not found" may be a stale answer and frees
nothing. Whoever reconciles, however often and however late, the guards on status and attempt let one of them win.
"""

from dataclasses import replace

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.starting import ended, requeued, start
from roughcut.dispatch.tenants import bring_back
from roughcut.jobs.failure import failure_of, timed_out
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import order_key
from roughcut.jobs.status import Status
from roughcut.ports import Execution

INTERRUPTED = "Roughcut.Interrupted"  # the error of executions that died with an embedded AWS
OVERDUE = "Roughcut.TimedOut"  # the error that the sweep stops an overdue execution with
DEADLINE_GRACE_MS = 60_000
DEADLY_MS = 300_000  # an attempt that dies sooner after its start may be what kills the host: five in a row are poison
LOOK_AGAIN_MS = 60_000


def reconcile(desk: Desk, key: JobKey, attempt: int, look_again_ms: int = LOOK_AGAIN_MS) -> None:
    """Look at one attempt; nothing if the job has moved on."""
    job = desk.jobs.get(key)
    if job is None or job.attempt != attempt or not job.status.holds_slot:
        return
    if job.status is Status.CANCELLING and not job.passed:
        _finish(desk, job, ended(job, Status.CANCELLED, desk.clock()))  # the Begin gate can no longer open
        return
    execution = desk.executions.describe(job.execution_name)
    if execution is not None and execution.is_closed:
        _finish(desk, job, _outcome(desk, job, execution))
    else:
        _nurse(desk, job, execution)
        desk.jobs.postpone(job, desk.clock() + look_again_ms)


def _finish(desk: Desk, job: Job, to: Job) -> None:
    desk.jobs.move(job, to)
    bring_back(desk, job.tenant)


def _outcome(desk: Desk, job: Job, execution: Execution) -> Job:
    now = desk.clock()
    if job.status is Status.FINISHING:
        return ended(job, Status.SUCCEEDED, now)
    if job.status is Status.CANCELLING:
        return ended(job, Status.CANCELLED, now)
    progress = desk.jobs.progress([job.key]).get(job.key)
    if execution.error == INTERRUPTED:
        order = order_key(job.priority, job.submitted_ms, job.job_id, desk.limits.priority_aging_minutes)
        lasted = now - (job.started_ms or now)
        return replace(requeued(job, order, progress), tries=job.tries if lasted < DEADLY_MS else 0)
    failure = failure_of(execution.status, execution.error, execution.cause, job.job_type, progress)
    return ended(job, Status.TIMED_OUT if timed_out(failure) else Status.FAILED, now, failure)


def _nurse(desk: Desk, job: Job, execution: Execution | None) -> None:
    if job.status is Status.CANCELLING:
        desk.executions.stop(job.execution_name, "Roughcut.Cancelled", "The job was cancelled.")
    elif job.status is Status.STARTING and execution is None:
        start(desk, job)
    elif job.status is Status.RUNNING and _is_overdue(desk, job):
        desk.executions.stop(job.execution_name, OVERDUE, "The job's deadline passed.")


def _is_overdue(desk: Desk, job: Job) -> bool:
    return job.deadline_ms is not None and desk.clock() > job.deadline_ms + DEADLINE_GRACE_MS
