"""Watch a job to its end."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.display import Display
from workbench.operations import Ask
from workbench.problem import Problem
from workbench.progress import view

ENDED = frozenset({"completed", "failed", "cancelled"})


def follow(ask: Ask, session_id: str, job_id: str, pause: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """The job's status answers, `pause()` between them; the last one is its end."""
    while True:
        job = ask({"operation": "status", "session_id": session_id, "job_id": job_id})
        yield job
        if job["status"] in ENDED:
            return
        pause()


def follow_to_the_end(
    ask: Ask, wanted: Mapping[str, Any], pause: Callable[[], object], show: Display
) -> dict[str, Any]:
    """The last status answer of the job with the session_id and job_id of `wanted`; each one is shown."""
    job: dict[str, Any] = {}
    for job in follow(ask, wanted["session_id"], wanted["job_id"], pause):
        show.show(view(job))
    return job


def require_completed(job: dict[str, Any]) -> None:
    """Raises `Problem` that says why, for a job that ended otherwise."""
    if job["status"] == "completed":
        return
    error = job.get("error") or {}
    # A message ends with its own full stop; the code is what scripts and the runbook look for.
    reason = f"{error.get('message', 'no reason was recorded').rstrip('.')} ({error.get('code', 'Internal')})"
    clip = error.get("clip")
    about = f", clip {clip}" if clip and clip not in reason else ""
    raise Problem(f"The job {job['job_id']} {job['status']}{about}: {reason}.")
