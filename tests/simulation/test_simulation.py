"""A hundred thousand jobs on a fake clock, with everything going wrong that can."""

import time
from dataclasses import replace

import pytest

from roughcut.dispatch import drain
from roughcut.dispatch.candidates import candidates
from roughcut.dispatch.desk import Limits
from roughcut.jobs.board import Board, SlotShard
from tests.simulation.load import figures, populate, wrongs
from tests.simulation.world import Weather, World


def test_a_hundred_thousand_jobs_with_faults_lose_double_leak_and_invert_nothing(tell):
    jobs, limit = 100_000, 100
    world = World(Limits(max_concurrent_jobs=limit), Weather(), seed=1)
    populate(world, jobs)
    began = time.perf_counter()
    world.run(world.all_ended)
    took = time.perf_counter() - began
    wrong = wrongs(world)
    told = ", ".join(f"{name} {value}" for name, value in (figures(world) | wrong).items())
    tell(f"simulation ({took:.1f} s): {told}")
    assert len(world.accepted) == len(world.store.rows) == jobs
    assert wrong == dict.fromkeys(wrong, 0)
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
    assert set(wrongs(world).values()) == {0}
    assert world.machine.peak > 500
