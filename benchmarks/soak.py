"""Half an hour of kills: `python -m benchmarks.soak [--minutes 30] [--jobs 2000] [--seed 1]`, on an idle machine.

Slide jobs with idempotency keys are sent to `roughcut up --data DIR` at an even pace. Every minute or so the whole
process gets a SIGKILL, and every quarter of a minute one of its workers; what got no answer is sent again. Then the
last process finishes what is left, and the table says whether anything was lost, done twice, or kept. Ends with exit
code 1 if so.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.running import Running, running, slide_job
from benchmarks.soak_checks import Life, Outcome, at_rest, findings, keeps_within, why_not_completed
from benchmarks.speech import say
from workbench.problem import Problem

WORKERS = 8
LOOK_SECONDS, LIFE_SECONDS, WORKER_SECONDS = 0.1, (45.0, 75.0), 15.0
# Of a life, from ready to the look at its memory: by then it has done as many jobs as any other.
SETTLED_SECONDS = 40.0
# The last ones, on a process that nobody kills: memory and threads are compared before and after.
QUIET_JOBS = 50


@dataclass(slots=True)
class Client:
    """`waiting`: numbers of jobs not accepted yet; `accepted`: their job ids."""

    waiting: deque[int]
    accepted: dict[int, str] = field(default_factory=dict)
    resent: int = 0

    def send_next(self, stack: Running) -> None:
        """Send one job, again if need be. Raises `Problem` when nobody takes it, and then it goes on waiting."""
        number = self.waiting[0]
        request = {**slide_job(f"soak{number % 50}"), "idempotency_key": f"job-{number}"}
        try:
            job_id = stack.ask(request)["job_id"]
        except Problem:
            self.resent += 1
            raise
        self.accepted[number] = job_id
        self.waiting.popleft()


def live(stack: Running, client: Client, pace: float, chance: random.Random) -> Life:
    """Until its SIGKILL, sending a job each `pace` seconds; what is left of its processes after it."""
    began = time.monotonic()
    bomb = threading.Timer(chance.uniform(*LIFE_SECONDS), stack.process.kill)
    bomb.start()
    sent, next_victim, settled = 0, WORKER_SECONDS, 0.0
    children: list[psutil.Process] = []
    while bomb.is_alive():
        age = time.monotonic() - began
        try:
            children = stack.process.children(recursive=True) or children
            if client.waiting and sent < age / pace:
                client.send_next(stack)
                sent += 1
            if age > next_victim and children:
                next_victim += WORKER_SECONDS
                chance.choice(children).kill()
            if not settled and age > SETTLED_SECONDS:
                settled = stack.resident_kilobytes()
        except (Problem, psutil.NoSuchProcess):
            # The stack is gone, or the worker: the first ends this loop.
            pass
        time.sleep(LOOK_SECONDS)
    stack.process.wait()
    _, alive = psutil.wait_procs(children, timeout=5)
    return Life(settled, len(alive))


def last_life(stack: Running, client: Client, jobs: int) -> Outcome:
    """Take up what is left; then the same again in small, between two rests."""
    while client.waiting:
        client.send_next(stack)
    before = at_rest(stack)
    client.waiting.extend(range(jobs, jobs + QUIET_JOBS))
    while client.waiting:
        client.send_next(stack)
    return Outcome(before, at_rest(stack), findings(stack, client.accepted))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, help="how long processes are killed (default: 30)")
    parser.add_argument("--jobs", type=int, default=2000, help="jobs to send meanwhile (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="of what is killed when (default: 1)")
    asked = parser.parse_args(arguments)
    client, chance = Client(deque(range(asked.jobs))), random.Random(asked.seed)  # noqa: S311 - not for secrets
    pace = asked.minutes * 60 / asked.jobs
    end, lives = time.monotonic() + asked.minutes * 60, list[Life]()
    with tempfile.TemporaryDirectory() as folder:
        options = ("--workers", str(WORKERS), "--data", str(Path(folder) / "data"))
        while time.monotonic() < end:
            with running(options) as stack:
                lives.append(live(stack, client, pace, chance))
            say(f"life {len(lives)}: {len(client.accepted)} jobs accepted, {lives[-1].settled / 1024:.0f} MB")
        with running(options) as stack:
            outcome = last_life(stack, client, asked.jobs)
            for why, count in why_not_completed(stack).items():
                say(f"{count} jobs: {why}")
    say(f"{len(client.accepted)} jobs, {len(lives)} SIGKILLs of the process, {client.resent} sent again")
    return int(not keeps_within(lives, outcome))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
