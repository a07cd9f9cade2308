"""A job and a session as clients see them (contract, section 3: status)."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.position import position_of
from roughcut.jobs.board import Progress
from roughcut.jobs.console import console_url
from roughcut.jobs.errors import SourceMissing
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.progress import eta_seconds, percent, stage_of
from roughcut.jobs.spending import cost, spent_on
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import owned

View = dict[str, Any]


def job_view(desk: Desk, key: JobKey) -> View | None:
    """Everything about one job; None if there is none."""
    job = desk.jobs.get(key)
    if job is None:
        return None
    progress = desk.jobs.progress([key]) if job.status.holds_slot or job.status.is_final else {}
    shown = _view(desk, job, progress.get(key)) | _cost(job, progress.get(key))
    return shown | _result(desk, job) | position_of(desk, job)


def session_view(desk: Desk, session_id: str) -> View | None:
    """The session's jobs, newest first; only the newest bears its result. None if the session has no job."""
    jobs = desk.jobs.session_jobs(session_id)
    if not jobs:
        return None
    shown = views(desk, jobs)
    shown[0] |= _result(desk, jobs[0])
    updated = max(job.finished_ms or job.started_ms or job.submitted_ms for job in jobs)
    return {**owned(session_id), "status": shown[0]["status"], "jobs": shown, "updated_at": iso(updated)}


def views(desk: Desk, jobs: Sequence[Job]) -> list[View]:
    """Many jobs, without results and places: one read more than the rows, however many."""
    progress = desk.jobs.progress([job.key for job in jobs if job.status.holds_slot])
    return [_view(desk, job, progress.get(job.key)) for job in jobs]


def iso(at_ms: int) -> str:
    """ISO 8601, UTC, milliseconds: 2026-11-24T04:05:06.789Z."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def row_view(desk: Desk, job: Job) -> View:
    """What the row alone tells."""
    known = {
        "started_at": iso(job.started_ms) if job.started_ms else None,
        "finished_at": iso(job.finished_ms) if job.finished_ms else None,
        "execution_arn": desk.executions.arn(job.execution_name) if job.started_ms else None,
        "console_url": _console_url(desk, job),
        "cancelling": True if job.status is Status.CANCELLING else None,
        "error": {k: v for k, v in asdict(job.failure).items() if v is not None} if job.failure else None,
    }
    return {
        "job_id": job.job_id,
        **owned(job.session_id),
        "job_type": job.job_type,
        "priority": int(job.priority),
        "status": job.status.word,
        "attempt": job.attempt,
        "submitted_at": iso(job.submitted_ms),
        **{name: value for name, value in known.items() if value is not None},
    }


def _view(desk: Desk, job: Job, progress: Progress | None) -> View:
    done = _percent(job, progress)
    left = _eta(desk.clock(), job, progress, done)
    eta = {} if left is None else {"eta_seconds": left}
    return row_view(desk, job) | {"stage": _stage(job, progress), "progress": done} | eta


def _console_url(desk: Desk, job: Job) -> str | None:
    """The execution in AWS's console. An embedded AWS has none."""
    return console_url(desk.executions.arn(job.execution_name)) if desk.has_console and job.started_ms else None


def _percent(job: Job, progress: Progress | None) -> float:
    if job.status is Status.SUCCEEDED:
        return 100.0
    if progress is None or progress.attempt != job.attempt:
        return 0.0
    return percent(job.job_type, progress.parts, progress.expected, job.slides)


def _eta(now_ms: int, job: Job, progress: Progress | None, done: float) -> int | None:
    if not job.status.holds_slot or job.started_ms is None or progress is None or progress.attempt != job.attempt:
        return None
    return eta_seconds(now_ms, job.started_ms, job.job_type, progress.expected, done)


def _stage(job: Job, progress: Progress | None) -> str | None:
    if job.status in (Status.FINISHING, Status.SUCCEEDED):
        return "publish"
    if job.failure and job.failure.stage:
        return job.failure.stage
    return stage_of(job.job_type, progress.parts) if progress else None


def _cost(job: Job, progress: Progress | None) -> View:
    """Nothing before the first call is known of, unless the job was quoted."""
    spent = spent_on(job, progress)
    if not spent.calls and job.quoted_micros is None:
        return {}
    return {"cost": cost(spent, platform.machine(), job.quoted_micros)}


def _result(desk: Desk, job: Job) -> View:
    if job.status is not Status.SUCCEEDED or job.result_key is None:
        return {}
    try:
        return {"result": json.loads(desk.media.read(job.result_key))}
    except SourceMissing:
        return {}  # the film is older than MediaRetentionDays; the job's row is not
