"""Which of a job's transitions are told to the outside, and under which names (docs/notifications.md)."""

from dataclasses import dataclass

from roughcut.jobs.job import Job
from roughcut.jobs.status import Status

_TOLD = {
    Status.QUEUED: "Queued",
    Status.STARTING: "Started",
    Status.SUCCEEDED: "Completed",
    Status.FAILED: "Failed",
    Status.TIMED_OUT: "Failed",
    Status.CANCELLED: "Cancelled",
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """The job as it was when it came to a state that is told."""

    job: Job

    @property
    def title(self) -> str:
        return f"Job {_TOLD[self.job.status]}"

    @property
    def event_id(self) -> str:
        """An attempt comes to each of these states once, so that whoever hears of it twice can tell."""
        return f"{self.job.job_id}-{self.job.attempt}-{_TOLD[self.job.status].lower()}"

    @property
    def at_ms(self) -> int:
        """When it was, or earlier: the row of a job that waits again tells of its first submission."""
        return self.job.finished_ms or self.job.started_ms or self.job.submitted_ms


def announcement(before: Job | None, job: Job) -> Announcement | None:
    """What is told of the change from `before` (None for a new job) to `job`. Held and brought back: nothing."""
    if job.status not in _TOLD or (before is not None and before.status is job.status):
        return None
    return Announcement(job)
