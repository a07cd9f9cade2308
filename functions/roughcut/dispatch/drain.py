"""Starts the best waiting jobs while slots are free."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from roughcut.dispatch.candidates import candidates
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.starting import as_starting, ended, start
from roughcut.dispatch.tenants import bring_back
from roughcut.jobs.board import Board, SlotShard
from roughcut.jobs.errors import Failure
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.status import Status
from roughcut.ports import Outcome

MAX_TRIES = 5  # claims that came to nothing; one more is poison
CLAIMS_AT_ONCE = 19  # a transaction has 100 entries, and a claim takes up to five, beside the slot


def drain(desk: Desk, rung: Sequence[JobKey] = (), *, most: int | None = None, trust_counts: bool = True) -> list[str]:
    """Claim and start up to `most` jobs; the ids of the started ones, in order.

    `rung`: jobs whose messages are in hand. `trust_counts=False` looks into every partition, counted as empty or not:
    the sweep does, so that a drifted counter cannot hide a job.
    """
    started: list[str] = []
    while most is None or len(started) < most:
        board = _board(desk)
        wanted = min(board.free, CLAIMS_AT_ONCE, CLAIMS_AT_ONCE if most is None else most - len(started))
        if wanted <= 0:
            break
        found = candidates(desk, wanted, board.queued if trust_counts else None, rung)
        claimed = _claim_best(desk, [job for job in found.jobs if not _poisoned(desk, job)], board, wanted)
        for job in claimed.jobs:
            start(desk, job)
        started += [job.job_id for job in claimed.jobs]
        for tenant in claimed.held:
            bring_back(desk, tenant)  # one of its jobs may have ended between the refusal and the holding
        if not claimed.held and not (claimed.jobs and found.more):
            break
        rung = ()
    return started


@dataclass(slots=True)
class _Claimed:
    """What a round of claims came to: our jobs, and the tenants that had to have jobs held."""

    jobs: list[Job] = field(default_factory=list)
    held: set[str] = field(default_factory=set)


def _board(desk: Desk) -> Board:
    board = desk.jobs.board()
    if not board.slots:
        desk.jobs.set_limit(desk.limits.max_concurrent_jobs, desk.limits.reserved_high_slots)
        board = desk.jobs.board()
    return board


def _claim_best(desk: Desk, waiting: list[Job], board: Board, wanted: int) -> _Claimed:
    """Claim in order, as many at once as one slot shard takes. HIGH jobs apart: they may use the reserve."""
    claimed, slots = _Claimed(), list(board.slots)
    for _, group in groupby(waiting, key=lambda job: job.priority is Priority.HIGH):
        jobs = list(group)
        while jobs and len(claimed.jobs) < wanted:
            slot = max(slots, key=lambda shard: shard.free(jobs[0].priority))
            room = min(slot.free(jobs[0].priority), wanted - len(claimed.jobs))
            if room == 0:
                break
            before = len(claimed.jobs)
            if _claim(desk, jobs[:room], slot, claimed):
                jobs, running = jobs[room:], slot.running + len(claimed.jobs) - before
            else:
                running = slot.limit  # somebody else took them meanwhile
            slots[slots.index(slot)] = replace(slot, running=running)
    return claimed


def _claim(desk: Desk, batch: list[Job], slot: SlotShard, claimed: _Claimed) -> bool:
    """Claim a batch from one shard; False if the shard had no room for it after all."""
    pairs = [(job, as_starting(desk, job, slot.number)) for job in batch]
    outcomes = desk.jobs.claim(pairs, slot)
    for (job, to), outcome in zip(pairs, outcomes, strict=True):
        if outcome is Outcome.DONE:
            claimed.jobs.append(to)
        elif outcome is Outcome.TENANT_FULL:
            desk.jobs.move(job, replace(job, held=True))
            claimed.held.add(job.tenant)
    return Outcome.NO_SLOT not in outcomes


def _poisoned(desk: Desk, job: Job) -> bool:
    if job.tries < MAX_TRIES:
        return False
    failure = Failure("Poisoned", f"given up after {job.tries} starts that came to nothing")
    desk.jobs.move(job, ended(job, Status.FAILED, desk.clock(), failure))
    return True
