"""Ends a job on request, at any moment before its film is published."""

from dataclasses import replace

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.reconcile import reconcile
from roughcut.dispatch.starting import ended
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.status import Status
from roughcut.ports import Outcome

_TRIES = 5  # each lost one means that the job has moved on, and it has few states to move through


def cancel(desk: Desk, key: JobKey) -> Job:
    """The job as it is then: cancelled, or still being stopped. Repeatable. Raises `RequestRefused`."""
    for _ in range(_TRIES):
        job = existing(desk, key)
        if job.status in (Status.CANCELLED, Status.CANCELLING):
            return job
        if job.status is not Status.QUEUED and job.status not in (Status.STARTING, Status.RUNNING):
            raise _too_late(job)
        if desk.jobs.move(job, _cancelled(desk, job)) is Outcome.DONE:
            reconcile(desk, key, job.attempt)
            return existing(desk, key)
    raise RequestRefused("Conflict", f"job {key.job_id} is changing just now: try again.", "job_id")


def existing(desk: Desk, key: JobKey) -> Job:
    """The job. Raises `RequestRefused` (NotFound)."""
    job = desk.jobs.get(key)
    if job is None:
        raise RequestRefused("NotFound", f"there is no job {key.job_id} in this session.", "job_id")
    return job


def _cancelled(desk: Desk, job: Job) -> Job:
    if job.status is Status.QUEUED:
        return ended(job, Status.CANCELLED, desk.clock())
    return replace(job, status=Status.CANCELLING, check_at=desk.clock())


def _too_late(job: Job) -> RequestRefused:
    state = "is being published" if job.status is Status.FINISHING else f"has ended: {job.status.word}"
    return RequestRefused(
        "Conflict", f"job {job.job_id} {state}; only a waiting or running job can be cancelled.", "job_id"
    )
