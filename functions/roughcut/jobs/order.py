"""Which job is next: one number per job, smaller first.

A job's order is its submission time plus its class's offset. Offsets of millennia are strict priorities (a LOW job runs
only when no HIGH or NORMAL waits); finite ones let an old job overtake newer ones of the class above it.
"""

from enum import IntEnum
from zlib import crc32

SHARDS = 8  # partitions of the `ready`, `active` and `recent` indexes
COUNTER_SHARDS = 64  # items of the queue counter; a multiple of SHARDS, so that a counter tells which shards are empty
STRICT_OFFSET_MS = 10**14  # 3,170 years


class Priority(IntEnum):
    """The three classes, by the numbers clients send."""

    HIGH = 1
    NORMAL = 5
    LOW = 10


def counter_shard(job_id: str) -> int:
    """0..63, the same for a job for ever."""
    return crc32(job_id.encode()) % COUNTER_SHARDS


def shard(job_id: str) -> int:
    """0..7, the same for a job for ever."""
    return counter_shard(job_id) % SHARDS


def order_key(priority: Priority, at_ms: int, job_id: str, aging_minutes: int = 0) -> str:
    """The sort key of the `ready` index: text that sorts as the number does, ties broken by job id."""
    offset = aging_minutes * 60_000 if aging_minutes else STRICT_OFFSET_MS
    rank = list(Priority).index(priority)
    return f"{at_ms + rank * offset:016d}#{job_id}"
