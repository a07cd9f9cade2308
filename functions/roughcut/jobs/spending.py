"""What a job has cost, from what its calls noted. A lower bound: a call that was killed has noted what it took up to
its last report, and one that never came to a report is not known of.
"""

from collections.abc import Iterable
from typing import Any

from roughcut.jobs.board import Progress
from roughcut.jobs.job import Job
from roughcut.jobs.prices import job_usd
from roughcut.jobs.progress import group_of
from roughcut.jobs.spent import Spent
from roughcut.jobs.status import Status

# States that are no call of a stage, by the group of workers that comes after them; tests/rules counts the machine's.
_BEGINNING = 2  # BeginJob, HasSlides
_AHEAD_OF = {"chunk": 2, "package": 1}  # ExtendDeadline and the Map of chunks; the Map of rungs
_AFTER_SLIDES = 1  # IsSlidesOnly
_AT_THE_END = {Status.SUCCEEDED: 2, Status.FAILED: 3, Status.TIMED_OUT: 3}  # a stopped execution enters no more


def spent_on(job: Job, progress: Progress | None) -> Spent:
    """By all attempts so far. `progress` may be that of an earlier one."""
    earlier = job.spent or Spent()
    if progress is None or progress.attempt != job.attempt or job.started_ms is None:
        return earlier
    calls = progress.spent
    gb_ms = sum(calls.values())
    entered = len(calls) + _own_states(job, {group_of(call) for call in calls})
    return Spent(earlier.gb_ms + gb_ms, earlier.calls + len(calls), earlier.transitions + entered)


def cost(spent: Spent, machine: str) -> dict[str, Any]:
    """As `status` shows it; `machine` as `platform.machine()` names the functions' processors."""
    seconds = spent.gb_ms / 1000
    return {
        "usd": round(job_usd(seconds, spent.calls, spent.transitions, machine), 8),
        "lambda_gb_seconds": round(seconds, 3),
        "state_transitions": spent.transitions,
    }


def _own_states(job: Job, groups: Iterable[str]) -> int:
    """Of the attempt so far: gates, choices, Maps and the end."""
    if not job.passed:
        return 0
    after_slides = _AFTER_SLIDES if job.slides and (set(groups) - {"slides"} or _is_slides_only(job)) else 0
    ahead = sum(_AHEAD_OF.get(group, 0) for group in groups)
    return _BEGINNING + after_slides + ahead + _AT_THE_END.get(job.status, 0)


def _is_slides_only(job: Job) -> bool:
    return job.job_type == "generate_slides" and job.status is Status.SUCCEEDED
