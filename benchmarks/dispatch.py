"""Dispatch at scale: production use cases and handlers on a fake clock, with messages lost and calls dying.

    python -m benchmarks.dispatch                      100,000 jobs, 100 at once
    python -m benchmarks.dispatch 1000000 10000        a million jobs, 10,000 at once

Run from the root of the clone, with the development dependencies. Ends with exit code 1 if anything was lost, run
twice, over the cap, leaked, or claimed out of order.
"""

import argparse
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from roughcut.dispatch.desk import Limits
from roughcut.telemetry import logger
from tests.simulation.load import figures, populate, wrongs
from tests.simulation.world import Weather, World


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description="Dispatch at scale.")
    parser.add_argument("jobs", nargs="?", type=int, default=100_000, help="default: 100,000")
    parser.add_argument("limit", nargs="?", type=int, default=100, help="jobs at once; default: 100")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def simulate(jobs: int, limit: int, seed: int) -> tuple[World, dict[str, Any]]:
    """The world when every job has ended, and what it took."""
    world = World(Limits(max_concurrent_jobs=limit), Weather(), seed=seed)
    populate(world, jobs)
    began, used = time.perf_counter(), time.process_time()
    world.run(world.all_ended)
    took = {
        "seconds": round(time.perf_counter() - began, 1),
        "CPU seconds": round(time.process_time() - used, 1),
        "peak memory in MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return world, took


def table(rows: Mapping[str, Any]) -> str:
    """As Markdown, for benchmarks/results.md."""
    return "\n".join(["| figure | value |", "|---|---|", *(f"| {name} | {value:,} |" for name, value in rows.items())])


def main() -> int:
    chosen = arguments()
    logger.setLevel("CRITICAL")
    world, took = simulate(chosen.jobs, chosen.limit, chosen.seed)
    wrong = wrongs(world)
    weather = {f"share {name}": value for name, value in asdict(world.weather).items()}
    sys.stdout.write(table({"at once": chosen.limit, **took, **figures(world), **wrong, **weather}) + "\n")
    return int(any(wrong.values()) or len(world.accepted) != chosen.jobs)


if __name__ == "__main__":
    sys.exit(main())
