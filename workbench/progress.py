"""What people see of a running job: a pure reading of status answers, and the two ways to show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# What `status` calls a stage -> what people read.
STAGES = {"slides": "making slides", "stitch": "cutting", "optimize": "encoding", "publish": "publishing"}
# Below this an estimate from the time so far says nothing.
LEAST_PERCENT = 5.0


@dataclass(frozen=True, slots=True)
class View:
    """`percent` is 0..100; `eta_seconds` is None while nothing can be said."""

    label: str
    percent: float
    eta_seconds: int | None = None


def view(job: Mapping[str, Any], now: datetime) -> View:
    """How a status answer of a job looks at `now`."""
    percent = 100.0 if job["status"] == "completed" else float(job.get("progress") or 0)
    return View(label(job), percent, eta(job, percent, now))


def label(job: Mapping[str, Any]) -> str:
    status = str(job["status"])
    if status == "queued":
        position = job.get("position")
        return f"queued, number {position} in line" if position else "queued"
    if job.get("cancelling"):
        return "cancelling"
    if status != "processing":
        return status
    stage = str(job.get("stage") or "")
    return STAGES.get(stage, stage or "starting")


def eta(job: Mapping[str, Any], percent: float, now: datetime) -> int | None:
    """Seconds left: the answer's own estimate, else the time so far carried on."""
    if job["status"] != "processing":
        return None
    if "eta_seconds" in job:
        return int(job["eta_seconds"])
    if "started_at" not in job or percent < LEAST_PERCENT:
        return None
    elapsed = (now - datetime.fromisoformat(job["started_at"]).astimezone(UTC)).total_seconds()
    return max(0, round(elapsed * (100 - percent) / percent))


def plain_line(before: View | None, now: View) -> str | None:
    """The line for a log: one at each change of label and for each 10 %, None in between."""
    if before is not None and before.label == now.label and before.percent // 10 == now.percent // 10:
        return None
    return f"{now.label}: {now.percent:.0f} %{left(now)}"


def left(now: View) -> str:
    """ ", about 1:05 left", or nothing."""
    return "" if now.eta_seconds is None else ", about {}:{:02} left".format(*divmod(now.eta_seconds, 60))
