"""Which jobs are next.

Order comes from the `ready` index, united with the jobs whose messages are in hand, because the index lags. A message
is only a doorbell: what is started is the best job, not the one that rang.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from operator import itemgetter

from roughcut.dispatch.desk import Desk
from roughcut.jobs.board import QueueCounts, Waiting
from roughcut.jobs.job import VERSION, Job, JobKey
from roughcut.jobs.order import SHARDS, Priority
from roughcut.jobs.status import Status

_AHEAD = 5  # entries read beyond those wanted: the index still shows jobs that have just been claimed


@dataclass(frozen=True, slots=True)
class Candidates:
    """Queued jobs, best first, read from their rows; `more` says that others may wait behind those wanted."""

    jobs: list[Job]
    more: bool


def candidates(desk: Desk, wanted: int, counts: QueueCounts | None, rung: Sequence[JobKey]) -> Candidates:
    """`counts` None: look into every partition."""
    depth = wanted + _AHEAD
    waiting = sorted(_indexed(desk, depth, counts), key=lambda entry: entry.order)[:depth]
    keys = list(dict.fromkeys([*(entry.key for entry in waiting), *rung]))
    rows = desk.jobs.get_many(keys) if keys else []
    jobs = sorted(filter(_is_ready, rows), key=lambda job: job.order)
    return Candidates(jobs, more=len(jobs) > wanted or len(waiting) == depth)


def _is_ready(job: Job) -> bool:
    """A row of a newer version waits for a newer dispatcher; a held one for its tenant."""
    return job.status is Status.QUEUED and not job.held and job.v <= VERSION


def _indexed(desk: Desk, wanted: int, counts: QueueCounts | None) -> Iterator[Waiting]:
    """The heads of the partitions, class by class: under strict priorities a lower one only if the higher are short."""
    found = 0
    places = product(Priority, range(SHARDS)) if counts is None else sorted(counts)
    for priority, partitions in groupby(places, key=itemgetter(0)):
        if found >= wanted and not desk.limits.priority_aging_minutes:
            return
        for _, shard in partitions:
            entries = desk.jobs.waiting(priority, shard, wanted)
            found += len(entries)
            yield from entries
