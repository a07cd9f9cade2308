"""The control items of the table: slot shards, queue counters, tenants' loads, the day's figures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

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
        slots, counters, limit = [], [], 0
        for row in self._control_rows(effects.BOARD_HASH):
            kind, _, number = row["job_id"].partition("#")
            if kind == "slots":
                slots.append(_slot_shard(int(number), row))
                limit = max(limit, int(row["maximum"]))
            else:
                counters.append(_queue_counter(int(number), row))
        return Board(tuple(slots), tuple(counters), limit)

    def set_limit(self, limit: int, reserved: int) -> None:
        """One shard while the limit is small; more of them as it grows, since each takes one claim at a time.

        Several are closed for the moment that it takes to read what is in use and to write new shares: shares that fit
        an older count would let more run than `limit`. Whoever closes them last is the one who opens them.
        """
        board = self.board()
        wanted = shares(limit, reserved, [slot.running for slot in board.slots])
        if board.limit == limit and wanted == [(slot.limit, slot.reserved) for slot in board.slots]:
            return
        mine = uuid4().hex
        if len(wanted) > 1:
            for number in range(len(wanted)):
                self._set_share(number, (0, 0), limit, mine)
            wanted = shares(limit, reserved, [slot.running for slot in self.board().slots])
        for number, share in enumerate(wanted):
            if not self._set_share(number, share, limit, mine, closed_by=mine if len(wanted) > 1 else None):
                return

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
        held = {row["job_id"]: int(row["jobs"]) for row in self._control_rows(effects.HELD_HASH)}
        for tenant in (tenant for tenant, jobs in held.items() if not jobs):
            self._forget_holder(tenant)
        return [tenant for tenant, jobs in held.items() if jobs]

    def first_day(self) -> str | None:
        born: str | None = self._control_row(effects.slot_key(0)).get("born")
        return born

    def ended_since(self, since_ms: int) -> tuple[int, int]:
        rows = self._control_rows(effects.FIGURES_HASH, since=effects.bucket(since_ms))
        completed, failed = (sum(int(row.get(word, 0)) for row in rows) for word in ("completed", "failed"))
        return completed, failed

    def _set_share(
        self, number: int, share: tuple[int, int], maximum: int, mine: str, closed_by: str | None = None
    ) -> bool:
        """(limit, reserved) of a shard; with `closed_by`, only if nobody else has closed it since."""
        today = datetime.now(UTC).date().isoformat()
        values = {":limit": share[0], ":reserved": share[1], ":maximum": maximum, ":setter": mine}
        guard = {"ConditionExpression": "setter = :closer"} if closed_by else {}
        return self._update_if(
            effects.slot_key(number),
            "SET #limit = :limit, reserved = :reserved, maximum = :maximum, setter = :setter, "
            "running = if_not_exists(running, :none), changes = if_not_exists(changes, :none), "
            "born = if_not_exists(born, :today)",
            {"#limit": "limit"},
            values | {":none": 0, ":today": today} | ({":closer": closed_by} if closed_by else {}),
            **guard,
        )

    def _set_if_still(self, counter: SlotShard | QueueCounter, values: Mapping[str, int]) -> bool:
        key = effects.slot_key if isinstance(counter, SlotShard) else effects.counter_key
        return self._update_if(
            key(counter.number),
            "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            {f"#{name}": name for name in values},
            {f":{k}": v for k, v in values.items()} | {":seen": counter.changes},
            ConditionExpression="changes = :seen",
        )

    def _update_if(
        self, key: JobKey, expression: str, names: Mapping[str, str], values: Mapping[str, Any], **condition: str
    ) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key_item(key),
                UpdateExpression=expression,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=typed(values),
                **condition,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _forget_holder(self, tenant: str) -> None:
        """Remove a tenant's count of held jobs, unless it has one again."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=key_item(JobKey(effects.HELD_HASH, tenant)),
                ConditionExpression="jobs = :none",
                ExpressionAttributeValues=typed({":none": 0}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

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
