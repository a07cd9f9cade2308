"""From a claimed row to an execution."""

from dataclasses import replace

from roughcut.dispatch.desk import Desk
from roughcut.jobs.board import Progress
from roughcut.jobs.errors import Failure
from roughcut.jobs.job import Job, execution_input
from roughcut.jobs.spending import spent_on
from roughcut.jobs.status import Status
from roughcut.ports import StartRefused

START_GRACE_MS = 60_000  # after that the sweep asks Step Functions what became of the start


def as_starting(desk: Desk, job: Job, slot: int) -> Job:
    """The row that a claim writes: whatever the state machine needs computed is computed here."""
    now = desk.clock()
    deadline = now + desk.limits.job_timeout_minutes * 60_000
    return replace(
        job,
        status=Status.STARTING,
        slot=slot,
        tries=job.tries + 1,
        started_ms=now,
        deadline_ms=deadline,
        check_at=now + START_GRACE_MS,
        execution_input=execution_input(job, deadline),
    )


def start(desk: Desk, job: Job) -> None:
    """Ask for the execution of a claimed job; harmless to repeat. What can never start is failed at once."""
    desk.media.write(job.request_key, desk.jobs.request(job.key), "application/json")
    try:
        desk.executions.start(job.execution_name, job.execution_input or "")
    except StartRefused as refused:
        failure = Failure("Internal", f"Step Functions refused to start the job: {refused}"[:300])
        desk.jobs.move(job, ended(job, Status.FAILED, desk.clock(), failure))


def ended(job: Job, status: Status, now_ms: int, failure: Failure | None = None) -> Job:
    """The row of a job that has come to an end. It is kept, so it must be small: what only a start needs goes."""
    return replace(
        job,
        status=status,
        finished_ms=now_ms,
        check_at=None,
        slot=None,
        held=False,
        execution_input=None,
        failure=failure,
    )


def requeued(job: Job, order: str, progress: Progress | None) -> Job:
    """The row of a job that waits again, as a new attempt; what the attempts before took (`progress`) goes with it."""
    spent = spent_on(job, progress)
    return replace(
        job,
        status=Status.QUEUED,
        attempt=job.attempt + 1,
        order=order,
        held=False,
        slot=None,
        check_at=None,
        started_ms=None,
        deadline_ms=None,
        finished_ms=None,
        execution_input=None,
        execution=None,
        passed=False,
        result_key=None,
        failure=None,
        spent=spent if spent.calls else None,
    )
