"""A hundred thousand jobs on a fake clock, with everything going wrong that can."""

import sys
import time
from dataclasses import replace

import pytest

from roughcut.dispatch import drain
from roughcut.dispatch.candidates import candidates
from roughcut.dispatch.desk import Limits
from roughcut.jobs.board import Board, SlotShard
from roughcut.jobs.order import Priority
from tests.fakes.jobs import NOW
from tests.simulation.world import Weather, World, count_by_status

CLASSES = [Priority.HIGH] + [Priority.NORMAL] * 6 + [Priority.LOW] * 3


def show(capsys, title, figures):
    with capsys.disabled():
        sys.stdout.write(f"\n{title}: " + ", ".join(f"{name} {value}" for name, value in figures.items()) + "\n")


def populate(world: World, jobs: int, work_ms: int = 60_000) -> None:
    """Arrivals at 98 % of what the slots can do."""
    gap = work_ms / world.desk.limits.max_concurrent_jobs / 0.98
    at = 0.0
    for _ in range(jobs):
        at += world.chance.expovariate(1 / gap)
        world.later(round(at), world.submit, world.chance.choice(CLASSES))


def test_a_hundred_thousand_jobs_with_faults_lose_double_leak_and_invert_nothing(capsys):
    jobs, limit = 100_000, 100
    world = World(Limits(max_concurrent_jobs=limit), Weather(), seed=1)
    populate(world, jobs)
    began = time.perf_counter()
    world.run(world.all_ended)
    took = time.perf_counter() - began
    board = world.store.board()
    figures = {
        "jobs": len(world.store.rows),
        "lost": sum(key not in world.store.rows for key in world.accepted),
        "started twice": sum(n > 1 for n in world.machine.starts.values()),
        "begun twice": sum(n > 1 for n in world.machine.begun.values()),
        "peak running": world.machine.peak,
        "leaked slots": board.running,
        "left in the queue counters": sum(board.queued.values()),
        "priority inversions": world.inversions,
        **count_by_status(world),
        **world.faults.counts,
        **world.seen,
        "simulated hours": round((world.clock.now_ms - NOW) / 3_600_000, 1),
    }
    show(capsys, f"simulation ({took:.1f} s)", figures)
    assert len(world.accepted) == len(world.store.rows) == jobs
    assert all(job.status.is_final for job in world.store.rows.values())
    assert figures["lost"] == figures["started twice"] == figures["begun twice"] == 0
    assert world.machine.peak <= limit
    assert figures["leaked slots"] == figures["left in the queue counters"] == figures["priority inversions"] == 0
    assert not world.machine.open and not world.machine.working
    assert world.faults.counts["crashes"] > 1000 and world.seen["lost messages"] > 1000 and world.seen["retries"] > 1000


def backwards(*arguments):
    found = candidates(*arguments)
    return replace(found, jobs=found.jobs[::-1])


@pytest.mark.parametrize("broken", ["order", "slots"])
def test_the_watch_over_the_simulation_is_awake(broken, monkeypatch):
    world = World(Limits(max_concurrent_jobs=5), Weather(), seed=2)
    if broken == "order":
        monkeypatch.setattr(drain, "candidates", backwards)
    else:
        monkeypatch.setattr(world.store, "_fits", lambda *_: True)
        monkeypatch.setattr(Board, "free", 24)
        monkeypatch.setattr(SlotShard, "free", lambda *_: 24)
    populate(world, 300)
    world.run(world.all_ended)
    assert world.inversions > 0 if broken == "order" else world.machine.peak > 5


def test_a_large_limit_is_kept_over_many_slot_counters():
    world = World(Limits(max_concurrent_jobs=1000), Weather(), seed=3)
    populate(world, 5000)
    world.run(world.all_ended)
    assert len(world.store.slots) == 10
    assert world.store.board().running == sum(world.store.board().queued.values()) == world.inversions == 0
    assert 500 < world.machine.peak <= 1000
    assert all(job.status.is_final for job in world.store.rows.values())
