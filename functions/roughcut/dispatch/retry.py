"""A new attempt at a job that failed, timed out or was cancelled. Finished chunks are found by their content keys."""

from dataclasses import replace

from roughcut.dispatch.cancel import existing
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.starting import requeued
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import order_key
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.status import Status
from roughcut.ports import Outcome

MOST_ATTEMPTS = 20  # a retry costs money: one that is repeated for ever is a mistake

_ENDED_BADLY = frozenset({Status.FAILED, Status.TIMED_OUT, Status.CANCELLED})


def retry(desk: Desk, key: JobKey, *, from_start: bool = False) -> Job:
    """The job, queued again behind those that wait. `from_start` does all work anew. Raises `RequestRefused`."""
    job = existing(desk, key)
    if job.status not in _ENDED_BADLY:
        raise _not_ended(job)
    if job.attempt >= MOST_ATTEMPTS:
        message = f"job {job.job_id} was tried {job.attempt} times, which is the most: submit it anew."
        raise RequestRefused("Conflict", message, "job_id")
    order = order_key(job.priority, desk.clock(), job.job_id, desk.limits.priority_aging_minutes)
    progress = desk.jobs.progress([key]).get(key)
    again = replace(requeued(job, order, progress), tries=0, fresh=from_start)
    if desk.jobs.move(job, again) is not Outcome.DONE:
        raise RequestRefused("Conflict", f"job {job.job_id} was changed by somebody else just now.", "job_id")
    desk.queues.ring(again)
    return again


def _not_ended(job: Job) -> RequestRefused:
    message = f"job {job.job_id} is {job.status.word}; only a failed or cancelled job can be retried."
    return RequestRefused("Conflict", message, "job_id")
