"""Tells of every change of a job's row that dispatch made: a log line, and the figures that follow from it.

The gates' changes are the state machine's own; its history shows them.
"""

from typing import Any

from roughcut.jobs.job import Job
from roughcut.jobs.status import Status
from roughcut.metrics import tell
from roughcut.telemetry import logger


def tell_transition(before: Job | None, job: Job) -> None:
    """`before` is None for a new job."""
    ids = _ids(job)
    failure = {"error": job.failure.code, "problem": job.failure.message} if job.failure else {}
    logger.info(_sentence(before, job), extra={**ids, **failure, "from": str(before.status) if before else None})
    if job.status is Status.STARTING and job.attempt == 1 and job.started_ms:
        tell({"WaitSeconds": (job.started_ms - job.submitted_ms) / 1000}, of=job.priority.name, **ids)
    if job.status.is_final:
        _tell_end(job, ids)


def _tell_end(job: Job, ids: dict[str, Any]) -> None:
    tell({"JobsEnded": 1}, of=job.status.word, **ids)
    if job.failure:
        tell({"Failures": 1}, of=job.failure.code, **ids)
    if job.status is Status.SUCCEEDED and job.started_ms and job.finished_ms:
        tell({"JobSeconds": (job.finished_ms - job.started_ms) / 1000}, of=job.job_type, **ids)


def _ids(job: Job) -> dict[str, Any]:
    return {
        "session_id": job.session_id,
        "job_id": job.job_id,
        "attempt": job.attempt,
        "execution": job.execution_name,
    }


def _sentence(before: Job | None, job: Job) -> str:
    if job.status is Status.QUEUED and before:
        if before.status is Status.QUEUED:
            return "job held for its tenant" if job.held else "job brought back"
        return "job retried" if before.status.is_final else "job interrupted"
    return _SENTENCES.get(job.status, f"job {job.status.word}")


_SENTENCES = {Status.QUEUED: "job queued", Status.STARTING: "job claimed", Status.CANCELLING: "job cancelling"}
