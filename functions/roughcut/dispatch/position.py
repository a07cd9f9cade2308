"""How many jobs a queued one has before it. Exact up to 1,000."""

from typing import Any

from roughcut.dispatch.desk import Desk
from roughcut.jobs.board import Board, QueueCounts
from roughcut.jobs.job import Job
from roughcut.jobs.order import Priority
from roughcut.jobs.status import Status

EXACT_UP_TO = 1000


def position_of(desk: Desk, job: Job) -> dict[str, Any]:
    """{"position": 1} is next; beyond 1,000 also {"position_at_least": true}. {} for a job that does not wait.

    Beside it `waiting_for` says what the job would need to start.
    """
    if job.status is not Status.QUEUED:
        return {}
    board = desk.jobs.board()
    return _place(_before(desk, job, board.queued) + 1) | _waiting_for(desk, job, board)


def newest_position(desk: Desk, job: Job) -> dict[str, Any]:
    """The same for a job just taken in, by the counters alone: it is the last of its class."""
    if desk.limits.priority_aging_minutes:
        return position_of(desk, job)
    counts = desk.jobs.board().queued
    place = max(1, sum(count for (priority, _), count in counts.items() if priority <= job.priority))
    return _place(place)


def _place(place: int) -> dict[str, Any]:
    return {"position": place} if place <= EXACT_UP_TO else {"position": EXACT_UP_TO, "position_at_least": True}


def _waiting_for(desk: Desk, job: Job, board: Board) -> dict[str, Any]:
    if job.held:
        return {"waiting_for": f"tenant limit {desk.limits.tenant_max_running}"}
    if not board.slots:  # no dispatcher has looked yet
        return {}
    if board.limit == 0:
        return {"waiting_for": "MAX_CONCURRENT_JOBS is 0: nothing starts"}
    if not any(slot.free(job.priority) for slot in board.slots):
        return {"waiting_for": f"{board.running} of {board.limit} slots in use"}
    return {}


def _before(desk: Desk, job: Job, queued: QueueCounts) -> int:
    before = 0
    for (priority, shard), count in queued.items():
        if priority < job.priority and not desk.limits.priority_aging_minutes:
            before += count
        elif priority <= job.priority or desk.limits.priority_aging_minutes:
            before += desk.jobs.count_before(Priority(priority), shard, job.order, EXACT_UP_TO)
        if before >= EXACT_UP_TO:
            break
    return before
