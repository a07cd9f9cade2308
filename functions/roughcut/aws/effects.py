"""What a change of status writes: the row, and in the same transaction slot, counters, fence and outbox.

Which of them follow is read off the two rows, so that no transition can forget one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from roughcut.aws.outbox import outbox_item
from roughcut.aws.rows import Item, index_values, key_item, to_item, typed, values
from roughcut.jobs.announcement import announcement
from roughcut.jobs.board import SlotShard
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import counter_shard
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import OPERATORS

# Hash keys that no session id can spell: those begin with a letter or digit.
BOARD_HASH = "_board"  # slot shards and queue counters: one query shows them all
TENANTS_HASH = "_tenants"
HELD_HASH = "_held"
FIGURES_HASH = "_figures"
SPEED_HASH = "_speed"
BUCKET_MS = 600_000
FIGURES_KEPT_MS = 2 * 24 * 3_600_000  # twice what is ever read


@dataclass(frozen=True, slots=True)
class Write:
    """An entry of TransactItems, and what its condition guards: a job's "row", the "slot", a "tenant", or nothing."""

    entry: dict[str, Any]
    guards: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class TenantCaps:
    """The most jobs a tenant may have queued and running; 0 is no cap. The operators have none."""

    queued: int = 0
    running: int = 0


def creation(table: str, job: Job, request: bytes, caps: TenantCaps) -> list[Write]:
    """- -> QUEUED: the row must not exist."""
    put = {"TableName": table, "Item": to_item(job), "ConditionExpression": "attribute_not_exists(session_id)"}
    text = {"TableName": table, "Item": key_item(request_key(job.key)) | typed({"request": request})}
    return [
        Write({"Put": put}, "row", job.job_id),
        Write({"Put": text}),
        *_queue_counters(table, [job], +1),
        *_tenants(table, [job], queued=+1, bound=caps.queued and ("queued", caps.queued)),
        *_outbox(table, None, job),
    ]


def claims(table: str, pairs: Sequence[tuple[Job, Job]], slot: SlotShard, caps: TenantCaps) -> list[Write]:
    """QUEUED -> STARTING for all of them: each row must be queued still, and the shard must have room for all."""
    jobs = [job for job, _ in pairs]
    kept_back = 0 if all(job.priority == 1 for job in jobs) else slot.reserved
    return [
        *(Write({"Update": _row_update(table, job, to)}, "row", job.job_id) for job, to in pairs),
        *(Write({"Put": {"TableName": table, "Item": _fresh_progress(to)}}) for _, to in pairs),
        Write({"Update": _take_slots(table, slot, len(pairs), kept_back)}, "slot"),
        *_queue_counters(table, jobs, -1),
        *_tenants(table, jobs, queued=-1, running=+1, bound=caps.running and ("running", caps.running)),
        *(write for job, to in pairs for write in _outbox(table, job, to)),
    ]


def transition(table: str, job: Job, to: Job) -> list[Write]:
    """`job` -> `to`: the row must have the same status and attempt still."""
    return [Write({"Update": _row_update(table, job, to)}, "row", job.job_id), *_followers(table, job, to)]


def progress_key(key: JobKey) -> JobKey:
    return JobKey(key.session_id, f"{key.job_id}/progress")


def request_key(key: JobKey) -> JobKey:
    return JobKey(key.session_id, f"{key.job_id}/request")


def slot_key(number: int) -> JobKey:
    return JobKey(BOARD_HASH, f"slots#{number:02d}")


def counter_key(number: int) -> JobKey:
    return JobKey(BOARD_HASH, f"queue#{number:02d}")


def speed_key(machine: str, kind: str) -> JobKey:
    """`machine` as `platform.machine()` names it; `kind` is a rung of the ladder."""
    return JobKey(SPEED_HASH, f"{machine}#{kind}")


def bucket(at_ms: int) -> str:
    """The ten minutes in which a job ended, as a sort key."""
    return f"{at_ms // BUCKET_MS:012d}"


def _followers(table: str, job: Job, to: Job) -> Iterator[Write]:
    slot = to.status.holds_slot - job.status.holds_slot
    queued = (to.status is Status.QUEUED) - (job.status is Status.QUEUED)
    if slot:
        yield Write({"Update": _add(table, slot_key(job.slot or 0), {"running": slot, "changes": 1})})
    if queued:
        yield from _queue_counters(table, [to], queued)
    if slot or queued:
        yield from _tenants(table, [to], queued=queued, running=slot)
    if to.status.is_final:
        yield Write({"Update": _count_end(table, to)})
    if to.held != job.held:
        yield Write({"Update": _add(table, JobKey(HELD_HASH, to.tenant), {"jobs": to.held - job.held})})
    if job.status.holds_slot and to.status is not Status.SUCCEEDED:
        yield Write({"Update": _fence(table, to)})
    yield from _outbox(table, job, to)


def _outbox(table: str, job: Job | None, to: Job) -> Iterator[Write]:
    told = announcement(job, to)
    if told is not None:
        yield Write({"Put": {"TableName": table, "Item": outbox_item(told)}})


def _row_update(table: str, job: Job, to: Job) -> dict[str, Any]:
    before = values(job) | index_values(job)
    changed = {name: value for name, value in (values(to) | index_values(to)).items() if value != before[name]}
    sets = [f"#{name} = :{name}" for name, value in changed.items() if value is not None]
    removes = [f"#{name}" for name, value in changed.items() if value is None]
    return {
        "TableName": table,
        "Key": key_item(job.key),
        "UpdateExpression": " ".join(
            f"{verb} {', '.join(terms)}" for verb, terms in (("SET", sets), ("REMOVE", removes)) if terms
        ),
        "ConditionExpression": f"#status = :from AND #attempt = :was{_as_held(job)}",
        "ExpressionAttributeNames": {f"#{name}": name for name in {*changed, "status", "attempt"}},
        "ExpressionAttributeValues": typed(
            {f":{name}": value for name, value in changed.items()} | {":from": str(job.status), ":was": job.attempt}
        ),
    }


def _as_held(job: Job) -> str:
    """Holding a job and bringing it back leave its status as it is: a queued row must be as held as it was read."""
    if job.status is not Status.QUEUED:
        return ""
    return f" AND attribute_{'' if job.held else 'not_'}exists(held)"


def _take_slots(table: str, slot: SlotShard, count: int, kept_back: int) -> dict[str, Any]:
    """`<=` against a bound, never `<>`: with a limit lowered below the count, `<>` would let every claim through."""
    update = _add(table, slot_key(slot.number), {"running": count, "changes": 1})
    update["ConditionExpression"] = "running <= :bound AND #limit = :limit AND reserved = :reserved"
    update["ExpressionAttributeNames"]["#limit"] = "limit"
    bound = slot.limit - kept_back - count
    update["ExpressionAttributeValues"] |= typed(
        {":bound": bound, ":limit": slot.limit, ":reserved": slot.reserved},
    )
    return update


def _queue_counters(table: str, jobs: Sequence[Job], delta: int) -> Iterator[Write]:
    """One update an item: a transaction may not touch the same item twice."""
    totals: dict[int, Counter[str]] = {}
    for job in jobs:
        totals.setdefault(counter_shard(job.job_id), Counter())[job.priority.name] += delta
    for number, by_class in totals.items():
        yield Write({"Update": _add(table, counter_key(number), {**by_class, "changes": 1})})


def _tenants(
    table: str, jobs: Sequence[Job], *, queued: int = 0, running: int = 0, bound: tuple[str, int] | int = 0
) -> Iterator[Write]:
    """The load of every tenant among the jobs; `bound` is the counter and the most it may be afterwards."""
    for tenant, count in Counter(job.tenant for job in jobs if job.tenant != OPERATORS).items():
        deltas = {name: delta * count for name, delta in (("queued", queued), ("running", running)) if delta}
        update = _add(table, JobKey(TENANTS_HASH, tenant), deltas)
        if isinstance(bound, tuple):
            name, most = bound
            update |= _within(name, most - deltas[name], update)
        yield Write({"Update": update}, "tenant" if isinstance(bound, tuple) else "", tenant)


def _within(name: str, most: int, update: dict[str, Any]) -> dict[str, Any]:
    """The condition that a counter is `most` at most, a missing one being 0."""
    absent = f" OR attribute_not_exists(#{name})" if most >= 0 else ""
    values = update["ExpressionAttributeValues"] | typed({":most": most})
    return {"ConditionExpression": f"#{name} <= :most{absent}", "ExpressionAttributeValues": values}


def _count_end(table: str, to: Job) -> dict[str, Any]:
    """One more in its ten minutes, which DynamoDB removes once nobody asks for them any more."""
    at_ms = to.finished_ms or 0
    update = _add(table, JobKey(FIGURES_HASH, bucket(at_ms)), {to.status.word: 1})
    update["UpdateExpression"] += " SET expires_at = :expires"
    update["ExpressionAttributeValues"] |= typed({":expires": (at_ms + FIGURES_KEPT_MS) // 1000})
    return update


def _add(table: str, key: JobKey, deltas: dict[str, int]) -> dict[str, Any]:
    return {
        "TableName": table,
        "Key": key_item(key),
        "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in deltas),
        "ExpressionAttributeNames": {f"#{name}": name for name in deltas},
        "ExpressionAttributeValues": typed({f":{name}": delta for name, delta in deltas.items()}),
    }


def _fresh_progress(to: Job) -> Item:
    return key_item(progress_key(to.key)) | typed({"attempt": to.attempt})


def _fence(table: str, to: Job) -> dict[str, Any]:
    """From now on the attempt's workers are refused, and end themselves."""
    return {
        "TableName": table,
        "Key": key_item(progress_key(to.key)),
        "UpdateExpression": "SET is_over = :yes",
        "ExpressionAttributeValues": typed({":yes": True}),
    }
