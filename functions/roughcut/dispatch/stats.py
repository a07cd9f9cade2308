"""The figures of `stats`, at a cost that does not grow with the number of jobs."""

from typing import Any

from roughcut.dispatch.desk import Desk
from roughcut.jobs.board import Board, QueueCounts
from roughcut.jobs.order import Priority

DAY_MS = 86_400_000


def stats(desk: Desk) -> dict[str, Any]:
    """The answer of the contract, section 3."""
    board = desk.jobs.board()
    completed, failed = desk.jobs.ended_since(desk.clock() - DAY_MS)
    now = load(desk, board)
    return {
        **now,
        "free_slots": board.free if board.slots else now["max_concurrent"],
        "completed_24h": completed,
        "failed_24h": failed,
        "dead_lettered": desk.queues.dead_lettered(),
    }


def load(desk: Desk, board: Board) -> dict[str, Any]:
    """What waits and what runs now."""
    return {
        "queued": _by_class(board.queued),
        "processing": board.running,
        "max_concurrent": board.limit if board.slots else desk.limits.max_concurrent_jobs,
        "oldest_queued_seconds": _oldest_seconds(desk, board.queued),
    }


def _by_class(counts: QueueCounts) -> dict[str, int]:
    by_class = {p.name.lower(): sum(n for (priority, _), n in counts.items() if priority is p) for p in Priority}
    return {**by_class, "total": sum(by_class.values())}


def _oldest_seconds(desk: Desk, counts: QueueCounts) -> int:
    """Each partition's first job is its oldest; 24 partitions at most."""
    heads = [entry.key for priority, shard in counts for entry in desk.jobs.waiting(priority, shard, 1)]
    waiting_since = [job.submitted_ms for job in desk.jobs.get_many(heads)] if heads else []
    return max((desk.clock() - since) // 1000 for since in waiting_since) if waiting_since else 0
