"""The embedded AWS against its bars: `python -m benchmarks.embedded`, on an idle machine, takes five minutes.

Ends with exit code 1 if a bar is missed.
"""

import statistics
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.running import Running, running, slide_job, wait_until_all_ended
from benchmarks.speech import say
from workbench.following import follow

STARTS, CROWD, WORKERS = 5, 100, 8
# The first ones start workers, and do not count. Between looks the stack is left alone.
SINGLES, COLD, LOOK_SECONDS = 65, 5, 0.005
MESSAGES, BATCH, RECEIVERS = 5_000, 10, 4
WARM_UP, KEPT = 200, 400


@dataclass(frozen=True, slots=True)
class Figure:
    """`most`: whether the bar is the most it may be, or the least."""

    name: str
    value: float
    unit: str
    bar: float
    most: bool = True

    @property
    def is_met(self) -> bool:
        return self.value <= self.bar if self.most else self.value >= self.bar

    def row(self) -> str:
        sign = "<=" if self.most else ">="
        verdict = "" if self.is_met else " (missed)"
        return f"| {self.name} | {self.value:,.1f} {self.unit} | {sign} {self.bar:,.0f} {self.unit}{verdict} |"


def readiness() -> Iterator[Figure]:
    """Each start a process of its own, the first one thrown away: it warms the disk's cache."""
    seconds = []
    for _ in range(STARTS + 1):
        with running() as stack:
            seconds.append(stack.ready)
    yield Figure("process start to ready", statistics.median(seconds[1:]), "s", 4)


def memory(stack: Running, when: str) -> Iterator[Figure]:
    yield Figure(f"resident memory, {when}", stack.resident_kilobytes() / 1024, "MB", 350)


def single_jobs(stack: Running) -> Iterator[Figure]:
    """One after the other; each had a stack to itself."""
    submits, ends = [], []
    for number in range(SINGLES):
        session = f"single{number}"
        began = time.perf_counter()
        job_id = stack.ask(slide_job(session))["job_id"]
        submits.append(time.perf_counter() - began)
        for _ in follow(stack.ask, session, job_id, lambda: time.sleep(LOOK_SECONDS)):
            continue
        ends.append(time.perf_counter() - began)
    yield Figure("submit, p50", statistics.median(submits[COLD:]) * 1000, "ms", 40)
    yield Figure("submit to completed, a slide job, p50", statistics.median(ends[COLD:]) * 1000, "ms", 250)


def crowd(stack: Running, before: int) -> Iterator[Figure]:
    began = time.perf_counter()
    for number in range(CROWD):
        stack.ask(slide_job(f"crowd{number}"))
    wait_until_all_ended(stack.ask, before + CROWD)
    yield Figure(f"{CROWD} slide jobs, {WORKERS} workers", time.perf_counter() - began, "s", 12)


def queue(stack: Running) -> Iterator[Figure]:
    """Filled first, then drained by receivers that delete what they received, ten at a time."""
    sqs = stack.clients.get("sqs")
    url = sqs.create_queue(QueueName="benchmark")["QueueUrl"]
    for first in range(0, MESSAGES, BATCH):
        entries = [{"Id": str(n), "MessageBody": str(first + n)} for n in range(BATCH)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    left, lock = set(range(MESSAGES)), threading.Lock()
    began = time.perf_counter()

    def drain() -> None:
        while left:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH).get("Messages", [])
            if not messages:
                continue
            entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)
            with lock:
                left.difference_update(int(message["Body"]) for message in messages)

    with ThreadPoolExecutor(RECEIVERS) as receivers:
        list(receivers.map(lambda _: drain(), range(RECEIVERS)))
    yield Figure(f"a queue of {MESSAGES:,}", MESSAGES / (time.perf_counter() - began), "messages/s", 300, most=False)


def kept(stack: Running, before: int) -> Iterator[Figure]:
    """What the process holds more after each job that has ended."""
    held = []
    for number in range(WARM_UP + KEPT):
        stack.ask(slide_job(f"kept{number % 50}"))
        if number in (WARM_UP - 1, WARM_UP + KEPT - 1):
            wait_until_all_ended(stack.ask, before + number + 1)
            held.append(stack.resident_kilobytes())
    yield Figure("kept per finished job", (held[1] - held[0]) / KEPT, "KB", 30)


def main() -> int:
    say("| figure | measured | bar |\n|---|---|---|")
    figures = list(told(readiness()))
    settings = {"MAX_CONCURRENT_JOBS": str(WORKERS)}
    with running(("--workers", str(WORKERS)), settings) as stack:
        figures += told(memory(stack, "ready"))
        figures += told(single_jobs(stack))
        figures += told(crowd(stack, SINGLES))
        figures += told(kept(stack, SINGLES + CROWD))
        figures += told(queue(stack))
        figures += told(memory(stack, "after all of that"))
    return int(not all(figure.is_met for figure in figures))


def told(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        say(figure.row())
        yield figure


if __name__ == "__main__":
    sys.exit(main())
