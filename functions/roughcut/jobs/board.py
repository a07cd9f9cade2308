"""What dispatch sees of the table beside the rows: slots, counters, entries of the indexes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from roughcut.jobs.job import JobKey
from roughcut.jobs.order import SHARDS, Priority


@dataclass(frozen=True, slots=True)
class SlotShard:
    """One shard of the slot counter: `running` hold a slot of `limit`; the last `reserved` are for HIGH jobs only.

    `changes` counts the changes of `running`; `suspected` is its value when an audit first found a difference, and
    `suspected_ms` when that was.
    """

    number: int
    running: int
    limit: int
    reserved: int = 0
    changes: int = 0
    suspected: int | None = None
    suspected_ms: int = 0

    def free(self, priority: Priority) -> int:
        kept_back = 0 if priority is Priority.HIGH else self.reserved
        return max(0, self.limit - kept_back - self.running)


@dataclass(frozen=True, slots=True)
class QueueCounter:
    """One of 64 counters of queued jobs; a job always counts in the same one."""

    number: int
    queued: Mapping[Priority, int]
    changes: int = 0
    suspected: int | None = None
    suspected_ms: int = 0


QueueCounts = Mapping[tuple[Priority, int], int]  # (class, shard of the `ready` index) -> queued jobs


@dataclass(frozen=True)
class Board:
    """What dispatch sees at a glance: the slots, how many jobs wait, and the most that may run.

    The shards' own limits are below `limit` together while more run than a lowered limit allows.
    """

    slots: tuple[SlotShard, ...]
    counters: tuple[QueueCounter, ...]
    limit: int

    @cached_property
    def queued(self) -> QueueCounts:
        """Zeros left out."""
        counts: dict[tuple[Priority, int], int] = {}
        for counter in self.counters:
            for priority, count in counter.queued.items():
                if count:
                    place = priority, counter.number % SHARDS
                    counts[place] = counts.get(place, 0) + count
        return {place: count for place, count in counts.items() if count > 0}

    @cached_property
    def running(self) -> int:
        return sum(slot.running for slot in self.slots)

    @cached_property
    def free(self) -> int:
        return sum(slot.free(Priority.HIGH) for slot in self.slots)


@dataclass(frozen=True, slots=True)
class TenantLoad:
    """What a tenant has in the queue and holding slots."""

    queued: int
    running: int


class Waiting(NamedTuple):
    """A queued job as the `ready` index shows it: it may lag behind the row."""

    order: str
    key: JobKey


@dataclass(frozen=True, slots=True)
class Due:
    """An active job whose `check_at` has passed."""

    key: JobKey
    attempt: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an attempt is: per worker, 10,000 being the mean part; how many workers each group has, and what else the
    plan told (`roughcut.jobs.progress`). `told` is the last quarter, in percent, that listeners heard of; `spent` the
    GB-milliseconds of each call, "chunk-12~3f2a"."""

    attempt: int
    parts: Mapping[str, int]
    expected: Mapping[str, int]
    told: int = 0
    spent: Mapping[str, int] = field(default_factory=dict)
