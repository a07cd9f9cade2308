"""What must hold after a soak, and the table that says so."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.running import Running
from benchmarks.speech import say
from roughcut.aws.rows import from_item
from roughcut.jobs.job import Job
from roughcut.jobs.status import Status

LOOK_SECONDS, PATIENCE_SECONDS = 1.0, 1800.0
# Idle connections wait 60 s for another request, and have a thread each.
REST_SECONDS = 65.0
GROWTH, THREADS = 1.2, 4


@dataclass(frozen=True, slots=True)
class Life:
    """`settled`: resident kB after the same time and pace as in any other life, 0 if killed before; `orphans` left."""

    settled: float
    orphans: int


@dataclass(frozen=True, slots=True)
class Rest:
    """A process with nothing to do: resident kB and threads."""

    kilobytes: float
    threads: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """`findings`: how many of each thing that must not be."""

    before: Rest
    after: Rest
    findings: Mapping[str, int]


def at_rest(stack: Running) -> Rest:
    """Once every job has ended and idle connections are gone. Raises `TimeoutError` if jobs hang."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not all(job.status.is_final for job in jobs(stack).values()):
        if time.monotonic() > end:
            raise TimeoutError(f"jobs have not ended in {PATIENCE_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
    time.sleep(REST_SECONDS)
    return Rest(stack.resident_kilobytes(), stack.process.num_threads())


def jobs(stack: Running) -> dict[str, Job]:
    """By id: counters are in sessions that begin with "_", and what else a job has in the table has a "/"."""
    pages = stack.clients.get("dynamodb").get_paginator("scan").paginate(TableName="Sessions")
    rows = [row for page in pages for row in page["Items"]]
    own = [row for row in rows if "/" not in row["job_id"]["S"] and not row["session_id"]["S"].startswith("_")]
    return {job.job_id: job for job in map(from_item, own)}


def why_not_completed(stack: Running) -> Counter[str]:
    """How many jobs ended otherwise, by how and why."""
    ended = (job for job in jobs(stack).values() if job.status is not Status.SUCCEEDED)
    return Counter(f"{job.status} after attempt {job.attempt}: {job.failure}" for job in ended)


def findings(stack: Running, accepted: Mapping[int, str]) -> dict[str, int]:
    """Everything that was lost or is there twice."""
    rows = jobs(stack)
    known = Counter(accepted.values())
    results, executions = Counter(_results(stack)), list(_executions(stack))
    succeeded = Counter(name.partition("-")[0] for name, status in executions if status == "SUCCEEDED")
    attempts = sum(job.attempt for job in rows.values())
    return {
        "accepted jobs that are not there": len(known.keys() - rows.keys()),
        "jobs that nobody asked for": len(rows.keys() - known.keys()),
        "keys that share a job": sum(count > 1 for count in known.values()),
        "jobs that did not complete": sum(job.status is not Status.SUCCEEDED for job in rows.values()),
        "completed jobs without a result": len(rows.keys() - results.keys()),
        # An attempt that was killed between its last write and the gate leaves a result that nobody publishes.
        "jobs with more results than attempts": sum(results[name] > job.attempt for name, job in rows.items()),
        # The counter moves in the transaction that completes a job.
        "completions beside one for each job": abs(stack.ask({"operation": "stats"})["completed_24h"] - len(rows)),
        "jobs with two executions that succeeded": sum(count > 1 for count in succeeded.values()),
        "executions more than attempts": max(0, len(executions) - attempts),
        "executions still running": sum(status == "RUNNING" for _, status in executions),
    }


def keeps_within(lives: Sequence[Life], outcome: Outcome) -> bool:
    """Print the table; whether every bar is kept."""
    settled = [life.settled for life in lives if life.settled]
    # The first life starts with nothing on the disk, and is the warm-up.
    growth = settled[-1] / settled[1] if len(settled) > 2 else 1.0
    quiet = outcome.after.kilobytes / outcome.before.kilobytes
    rows = [(name, float(count), 0.0) for name, count in outcome.findings.items()]
    rows += [
        ("processes left by a life", float(sum(life.orphans for life in lives)), 0.0),
        ("memory of a settled life, last by second", growth, GROWTH),
        ("memory at rest, after by before", quiet, GROWTH),
        ("threads at rest, more than before", float(outcome.after.threads - outcome.before.threads), float(THREADS)),
    ]
    say("| what | found | at most |\n|---|---|---|")
    for name, found, most in rows:
        say(f"| {name} | {found:g} | {most:g}{'' if found <= most else ' (missed)'} |")
    return all(found <= most for _, found, most in rows)


def _results(stack: Running) -> Iterable[str]:
    """The job of each result, one for each attempt that wrote its last."""
    bucket = next(name for name in _buckets(stack) if name.startswith("roughcut-media-"))
    pages = stack.clients.get("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="sessions/")
    keys = (item["Key"] for page in pages for item in page.get("Contents", ()))
    return [key.split("/")[3] for key in keys if key.endswith("/result.json")]


def _buckets(stack: Running) -> list[str]:
    return [bucket["Name"] for bucket in stack.clients.get("s3").list_buckets()["Buckets"]]


def _executions(stack: Running) -> Iterable[tuple[str, str]]:
    client = stack.clients.get("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine["stateMachineArn"])
        yield from ((item["name"], item["status"]) for page in pages for item in page["executions"])
