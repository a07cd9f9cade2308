"""Takes a job in: row and request to the table in one transaction, then a ring to the queue.

Whatever breaks in between, the client that got no answer may ask again, and a row without a ring is found by the sweep.
"""

from dataclasses import dataclass

from roughcut.dispatch.desk import Desk
from roughcut.jobs.ids import fresh_job_id, keyed_job_id
from roughcut.jobs.job import Job
from roughcut.jobs.order import order_key
from roughcut.jobs.request import RequestRefused, SubmitRequest
from roughcut.jobs.status import Status
from roughcut.ports import Outcome


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job, and whether an earlier submit with the same key had made it."""

    job: Job
    is_duplicate: bool = False


def submit(request: SubmitRequest, desk: Desk) -> Submitted:
    """Enqueue one job. Raises `RequestRefused`: Conflict for a key used otherwise, TooManyJobs at the tenant's cap."""
    submitted = enqueue(request, desk)
    if not submitted.is_duplicate:
        desk.queues.ring(submitted.job)
    return submitted


def enqueue(request: SubmitRequest, desk: Desk) -> Submitted:
    """The same without the ring, for a request that came as a message: that was the ring."""
    job = _queued(request, desk)
    outcome = desk.jobs.create(job, request.stored)
    if outcome is Outcome.LOST:
        return Submitted(_same_request(request, desk.jobs.get(job.key) or job), is_duplicate=True)
    if outcome is Outcome.TENANT_FULL:
        most = desk.limits.tenant_max_queued
        raise RequestRefused("TooManyJobs", f"{most} of your jobs are waiting, which is the most: try again later.")
    return Submitted(job)


def _queued(request: SubmitRequest, desk: Desk) -> Job:
    now = desk.clock()
    if request.idempotency_key is None:
        job_id = fresh_job_id(now, desk.randomness)
    else:
        job_id = keyed_job_id(request.session_id, request.idempotency_key)
    return Job(
        session_id=request.session_id,
        job_id=job_id,
        job_type=request.job_type,
        priority=request.priority,
        status=Status.QUEUED,
        attempt=1,
        created_ms=now,
        submitted_ms=now,
        request_hash=request.digest,
        order=order_key(request.priority, now, job_id, desk.limits.priority_aging_minutes),
        slides=request.slide_count,
    )


def _same_request(request: SubmitRequest, existing: Job) -> Job:
    if existing.request_hash != request.digest:
        raise RequestRefused(
            "Conflict",
            f"idempotency_key {request.idempotency_key!r} was used in this session for another request: "
            "send the same request, or another key.",
            "idempotency_key",
        )
    return existing
