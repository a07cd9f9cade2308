"""Arrivals that keep a world busy, and what came of them."""

from typing import Any

from roughcut.jobs.order import Priority
from tests.fakes.jobs import NOW
from tests.simulation.world import World, count_by_status

CLASSES = [Priority.HIGH] + [Priority.NORMAL] * 6 + [Priority.LOW] * 3


def populate(world: World, jobs: int, work_ms: int = 60_000) -> None:
    """Arrivals at 98 % of what the slots can do."""
    gap = work_ms / world.desk.limits.max_concurrent_jobs / 0.98
    at = 0.0
    for _ in range(jobs):
        at += world.chance.expovariate(1 / gap)
        world.later(round(at), world.submit, world.chance.choice(CLASSES))


def wrongs(world: World) -> dict[str, int]:
    """What must be nought once everything has ended."""
    board = world.store.board()
    return {
        "lost": sum(key not in world.store.rows for key in world.accepted),
        "not ended": sum(not job.status.is_final for job in world.store.rows.values()),
        "started twice": sum(n > 1 for n in world.machine.starts.values()),
        "begun twice": sum(n > 1 for n in world.machine.begun.values()),
        "over the cap": max(0, world.machine.peak - world.desk.limits.max_concurrent_jobs),
        "leaked slots": board.running,
        "left in the queue counters": sum(board.queued.values()),
        "priority inversions": world.inversions,
        "still working": len(world.machine.open) + len(world.machine.working),
    }


def figures(world: World) -> dict[str, Any]:
    """What happened meanwhile."""
    return {
        "jobs": len(world.store.rows),
        "peak running": world.machine.peak,
        **count_by_status(world),
        "port calls": world.faults.calls,
        **world.faults.counts,
        **world.seen,
        "simulated hours": round((world.clock.now_ms - NOW) / 3_600_000, 1),
    }
