"""What listeners hear of a job on its way (docs/notifications.md)."""

from collections.abc import Mapping
from typing import Any

from roughcut.jobs.board import Progress
from roughcut.jobs.progress import percent, quarter, stage_of
from roughcut.jobs.tenancy import owned
from roughcut.ports import Event


class Unheard(Exception):
    """The event bus did not take the event."""


def percent_of(job: Mapping[str, Any], progress: Progress) -> float:
    """Of the stage's `job`: 0 to 99."""
    return percent(job["job_type"], progress.parts, progress.expected, job.get("slides", 0))


def progressed(job: Mapping[str, Any], progress: Progress) -> Event:
    """The quarter that the job is in. A worker has no row: what it was started with, and how far all workers are."""
    done = percent_of(job, progress)
    detail = {
        **owned(job["session_id"]),
        **{name: job[name] for name in ("job_id", "job_type", "attempt")},
        "status": "processing",
        "stage": stage_of(job["job_type"], progress.parts),
        "progress": done,
    }
    return Event(f"{job['job_id']}-{job['attempt']}-progressed-{quarter(done)}", "Job Progressed", detail)
