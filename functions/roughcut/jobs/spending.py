"""What a job has cost, from what its calls noted. A lower bound: a call that was killed has noted what it took up to
its last report, and one that never came to a report is not known of.
"""

from collections.abc import Set
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
    groups = {group_of(call) for call in calls}
    between = states_between(job.job_type, bool(job.slides), groups, job.status) if job.passed else 0
    entered = len(calls) + between
    return Spent(earlier.gb_ms + gb_ms, earlier.calls + len(calls), earlier.transitions + entered)


def cost(spent: Spent, machine: str, quoted_micros: int | None = None) -> dict[str, Any]:
    """As `status` shows it; `machine` as `platform.machine()` names the functions' processors."""
    quoted = {} if quoted_micros is None else {"quoted_usd": quoted_micros / 1e6}
    seconds = spent.gb_ms / 1000
    return {
        "usd": round(job_usd(seconds, spent.calls, spent.transitions, machine), 8),
        "lambda_gb_seconds": round(seconds, 3),
        "state_transitions": spent.transitions,
        **quoted,
    }


def states_between(job_type: str, has_slides: bool, groups: Set[str], status: Status) -> int:
    """Gates, choices, Maps and the end of an attempt whose workers of these groups were called, as far as it came."""
    is_whole = job_type == "generate_slides" and status is Status.SUCCEEDED
    after_slides = _AFTER_SLIDES if has_slides and (groups - {"slides"} or is_whole) else 0
    ahead = sum(_AHEAD_OF.get(group, 0) for group in groups)
    return _BEGINNING + after_slides + ahead + _AT_THE_END.get(status, 0)
