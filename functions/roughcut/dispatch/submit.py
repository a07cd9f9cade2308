"""Takes a job in: row and request to the table in one transaction, then a ring to the queue.

Whatever breaks in between, the client that got no answer may ask again, and a row without a ring is found by the sweep.
"""

from dataclasses import dataclass

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.quoting import within_budget
from roughcut.jobs.ids import fresh_job_id, keyed_job_id
from roughcut.jobs.job import Job, JobKey
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
    """Enqueue one job. Raises `RequestRefused`: Conflict for a key used otherwise, TooManyJobs at the tenant's cap,
    InvalidRequest if it is quoted above its max_usd or cannot be quoted."""
    submitted = enqueue(request, desk)
    if not submitted.is_duplicate:
        desk.queues.ring(submitted.job)
    return submitted


def enqueue(request: SubmitRequest, desk: Desk) -> Submitted:
    """The same without the ring, for a request that came as a message: that was the ring."""
    if before := _quoted_before(request, desk):
        return Submitted(_same_request(request, before), is_duplicate=True)
    job = _queued(request, desk, within_budget(request, desk))
    outcome = desk.jobs.create(job, request.stored)
    if outcome is Outcome.LOST:
        return Submitted(_same_request(request, desk.jobs.get(job.key) or job), is_duplicate=True)
    if outcome is Outcome.TENANT_FULL:
        most = desk.limits.tenant_max_queued
        raise RequestRefused("TooManyJobs", f"{most} of your jobs are waiting, which is the most: try again later.")
    return Submitted(job)


def _quoted_before(request: SubmitRequest, desk: Desk) -> Job | None:
    """The job of the same key, if this one would have to be quoted: that it may have become dearer changes nothing."""
    if request.max_usd is None or request.idempotency_key is None:
        return None
    return desk.jobs.get(JobKey(request.session_id, keyed_job_id(request.session_id, request.idempotency_key)))


def _queued(request: SubmitRequest, desk: Desk, quoted_usd: float | None) -> Job:
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
        quoted_micros=None if quoted_usd is None else round(quoted_usd * 1e6),
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
