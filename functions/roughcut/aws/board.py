"""The control items of the table: slot shards, queue counters, tenants' loads, the day's figures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from roughcut.aws import effects
from roughcut.aws.rows import key_item, plain, typed
from roughcut.aws.table import Table
from roughcut.jobs.board import Board, QueueCounter, SlotShard, TenantLoad
from roughcut.jobs.job import JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.slots import shares


class BoardTable(Table):
    """Reads are consistent and cost the same however many jobs there are."""

    def board(self) -> Board:
        slots, counters = [], []
        for row in self._control_rows(effects.BOARD_HASH):
            kind, _, number = row["job_id"].partition("#")
            if kind == "slots":
                slots.append(_slot_shard(int(number), row))
            else:
                counters.append(_queue_counter(int(number), row))
        return Board(tuple(slots), tuple(counters))

    def set_limit(self, limit: int, reserved: int) -> None:
        """One shard while the limit is small; more of them as it grows, since each takes one claim at a time."""
        known = {slot.number: slot for slot in self.board().slots}
        for number, (share, kept_back) in enumerate(shares(limit, reserved, at_least=len(known))):
            slot = known.get(number)
            if slot is None or (slot.limit, slot.reserved) != (share, kept_back):
                self._set_share(number, share, kept_back)

    def suspect(self, counter: SlotShard | QueueCounter, now_ms: int) -> None:
        self._set_if_still(counter, {"suspected": counter.changes, "suspected_ms": now_ms})

    def repair(self, counter: SlotShard | QueueCounter, right: SlotShard | QueueCounter) -> bool:
        if isinstance(right, SlotShard):
            return self._set_if_still(counter, {"running": right.running, "changes": counter.changes + 1})
        counts = {priority.name: right.queued.get(priority, 0) for priority in Priority}
        return self._set_if_still(counter, {**counts, "changes": counter.changes + 1})

    def tenant_load(self, tenant: str) -> TenantLoad:
        row = self._control_row(JobKey(effects.TENANTS_HASH, tenant))
        return TenantLoad(int(row.get("queued", 0)), int(row.get("running", 0)))

    def holding_tenants(self) -> list[str]:
        return [row["job_id"] for row in self._control_rows(effects.HELD_HASH)]

    def first_day(self) -> str | None:
        born: str | None = self._control_row(effects.slot_key(0)).get("born")
        return born

    def ended_since(self, since_ms: int) -> tuple[int, int]:
        rows = self._control_rows(effects.FIGURES_HASH, since=effects.bucket(since_ms))
        completed, failed = (sum(int(row.get(word, 0)) for row in rows) for word in ("completed", "failed"))
        return completed, failed

    def _set_share(self, number: int, limit: int, reserved: int) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=key_item(effects.slot_key(number)),
            UpdateExpression="SET #limit = :limit, reserved = :reserved, running = if_not_exists(running, :none), "
            "changes = if_not_exists(changes, :none), born = if_not_exists(born, :today)",
            ExpressionAttributeNames={"#limit": "limit"},
            ExpressionAttributeValues=typed(
                {":limit": limit, ":reserved": reserved, ":none": 0, ":today": datetime.now(UTC).date().isoformat()}
            ),
        )

    def _set_if_still(self, counter: SlotShard | QueueCounter, values: Mapping[str, int]) -> bool:
        key = effects.slot_key if isinstance(counter, SlotShard) else effects.counter_key
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key_item(key(counter.number)),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
                ConditionExpression="changes = :seen",
                ExpressionAttributeNames={f"#{name}": name for name in values},
                ExpressionAttributeValues=typed({f":{k}": v for k, v in values.items()} | {":seen": counter.changes}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _control_row(self, key: JobKey) -> dict[str, Any]:
        answer = self._client.get_item(TableName=self._table, Key=key_item(key), ConsistentRead=True)
        return plain(answer.get("Item", {}))

    def _control_rows(self, hash_key: str, since: str = "") -> list[dict[str, Any]]:
        condition, values = "session_id = :h", {":h": hash_key}
        if since:
            condition, values = f"{condition} AND job_id >= :since", values | {":since": since}
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=typed(values),
            ConsistentRead=True,
        )
        return [plain(item) for item in answer["Items"]]


def _slot_shard(number: int, row: Mapping[str, Any]) -> SlotShard:
    return SlotShard(
        number,
        running=int(row["running"]),
        limit=int(row["limit"]),
        reserved=int(row["reserved"]),
        changes=int(row["changes"]),
        suspected=_number_or_none(row.get("suspected")),
        suspected_ms=int(row.get("suspected_ms", 0)),
    )


def _queue_counter(number: int, row: Mapping[str, Any]) -> QueueCounter:
    return QueueCounter(
        number,
        queued={priority: int(row[priority.name]) for priority in Priority if priority.name in row},
        changes=int(row["changes"]),
        suspected=_number_or_none(row.get("suspected")),
        suspected_ms=int(row.get("suspected_ms", 0)),
    )


def _number_or_none(value: Any) -> int | None:
    return None if value is None else int(value)
