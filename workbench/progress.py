"""What people see of a running job: a pure reading of status answers, and the two ways to show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What `status` calls a stage -> what people read.
STAGES = {"slides": "making slides", "stitch": "cutting", "optimize": "encoding", "publish": "publishing"}


@dataclass(frozen=True, slots=True)
class View:
    """`percent` is 0..100; `eta_seconds` is None while nothing can be said."""

    label: str
    percent: float
    eta_seconds: int | None = None


def view(job: Mapping[str, Any]) -> View:
    """How a status answer of a job looks."""
    percent = 100.0 if job["status"] == "completed" else float(job.get("progress") or 0)
    return View(label(job), percent, eta(job))


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


def eta(job: Mapping[str, Any]) -> int | None:
    """Seconds left, as the answer estimates them from the work that is planned."""
    return int(job["eta_seconds"]) if job["status"] == "processing" and "eta_seconds" in job else None


def plain_line(before: View | None, now: View) -> str | None:
    """The line for a log: one at each change of label and for each 10 %, None in between."""
    if before is not None and before.label == now.label and before.percent // 10 == now.percent // 10:
        return None
    return f"{now.label}: {now.percent:.0f} %{left(now)}"


def left(now: View) -> str:
    """ ", about 1:05 left", or nothing."""
    return "" if now.eta_seconds is None else ", about {}:{:02} left".format(*divmod(now.eta_seconds, 60))
