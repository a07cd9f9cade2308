"""Jobs and clocks for tests."""

from dataclasses import replace

from roughcut.jobs.job import Job
from roughcut.jobs.order import Priority, order_key
from roughcut.jobs.status import Status

NOW = 1_795_000_000_000  # 2026-11-18


class FakeClock:
    """A clock that a test sets."""

    def __init__(self, now_ms: int = NOW) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


def queued_job(job_id: str = "01JOB", *, priority: Priority = Priority.NORMAL, at: int = NOW, **changes: object) -> Job:
    job = Job(
        session_id="abc123",
        job_id=job_id,
        job_type="full_pipeline",
        priority=priority,
        status=Status.QUEUED,
        attempt=1,
        created_ms=at,
        submitted_ms=at,
        request_hash="0" * 64,
        order=order_key(priority, at, job_id),
        slides=2,
    )
    return replace(job, **changes)
