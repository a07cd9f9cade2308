"""Compares one part of the counters with the rows they count, and sets right what has drifted.

The indexes that are counted lag behind. So a difference is only noted at first, with the counter's number of changes;
if an audit a minute later finds one still and the counter has not changed since, the index has had time to catch up,
and the counter is wrong. (The next audit may come at once: a schedule may ring twice.)
"""

from collections import Counter
from dataclasses import replace

from roughcut.dispatch.desk import Desk
from roughcut.jobs.board import Board, QueueCounter, SlotShard
from roughcut.jobs.order import SHARDS, Priority, counter_shard

_MOST_COUNTED = 1000  # a longer partition is not counted: its counter is far from hiding it
_PARTS = SHARDS + 1
_MOST_TENANTS = 50  # with held jobs, each of them three queries; with more, queue counters are not judged
_LONGEST_LAG_MS = 60_000  # global indexes usually follow within a second


def audit(desk: Desk) -> list[str]:
    """One ninth of the counters, another one each minute; what was repaired, in words."""
    now = desk.clock()
    desk = replace(desk, clock=lambda: now)  # a function frozen after counting has not given the index time to follow
    board = desk.jobs.board()
    part = now // 60_000 % _PARTS
    if part == SHARDS:
        return _audit_slots(desk, board)
    return _audit_queue(desk, board, part)


def _audit_slots(desk: Desk, board: Board) -> list[str]:
    census = desk.jobs.slot_census()
    repaired = []
    for slot in board.slots:
        right = replace(slot, running=census.get(slot.number, 0))
        if _settle(desk, slot, right):
            repaired.append(f"slot shard {slot.number}: {slot.running} was {right.running}")
    return repaired


def _audit_queue(desk: Desk, board: Board, shard: int) -> list[str]:
    counted = _queued_by_counter(desk, shard)
    if counted is None:
        return []
    repaired = []
    for counter in (counter for counter in board.counters if counter.number % SHARDS == shard):
        queued = {priority: counted[(counter.number, priority)] for priority in Priority}
        if _settle(desk, _without_zeros(counter), _without_zeros(replace(counter, queued=queued))):
            repaired.append(f"queue counter {counter.number}")
    return repaired


def _settle(desk: Desk, counter: SlotShard | QueueCounter, right: SlotShard | QueueCounter) -> bool:
    """Note a difference, or repair one that was noted and stood still; True if it was repaired."""
    if counter == right:
        return False
    if counter.suspected != counter.changes:
        desk.jobs.suspect(counter, desk.clock())
        return False
    return desk.clock() - counter.suspected_ms >= _LONGEST_LAG_MS and desk.jobs.repair(counter, right)


def _queued_by_counter(desk: Desk, shard: int) -> Counter[tuple[int, Priority]] | None:
    """None if there is too much to count."""
    counts: Counter[tuple[int, Priority]] = Counter()
    tenants = desk.jobs.holding_tenants()
    if len(tenants) > _MOST_TENANTS:
        return None
    for priority in Priority:
        partitions = [desk.jobs.waiting(priority, shard, _MOST_COUNTED)]
        partitions += [desk.jobs.held(tenant, priority, _MOST_COUNTED) for tenant in tenants]
        if any(len(entries) == _MOST_COUNTED for entries in partitions):
            return None
        counts.update((counter_shard(entry.key.job_id), priority) for entries in partitions for entry in entries)
    return counts


def _without_zeros(counter: QueueCounter) -> QueueCounter:
    return replace(counter, queued={priority: count for priority, count in counter.queued.items() if count})
