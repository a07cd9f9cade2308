"""Queries of the table's indexes: what waits, what is due, what a session or a day has."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from roughcut.aws.rows import from_item, held_shard, plain, ready_shard, recent_shard, typed
from roughcut.aws.table import Table
from roughcut.jobs.board import Due, Waiting
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import SHARDS, Priority


class IndexReads(Table):
    """Global indexes lag behind the rows: whoever acts on an entry reads the row first."""

    def session_jobs(self, session_id: str) -> list[Job]:
        """A thousand finished jobs are one page of 1 MB; there may be more."""
        pages = self._pages("by_time", "session_id = :hash", {":hash": session_id}, newest_first=True, consistent=True)
        return [from_item(item) for page in pages for item in page["Items"]]

    def waiting(self, priority: Priority, shard: int, limit: int) -> list[Waiting]:
        return self._waiting(ready_shard(priority, shard), limit)

    def held(self, tenant: str, priority: Priority, limit: int) -> list[Waiting]:
        return self._waiting(held_shard(tenant, priority), limit)

    def count_before(self, priority: Priority, shard: int, order: str, limit: int) -> int:
        values = {":hash": ready_shard(priority, shard), ":order": order}
        answer = self._query("ready", "ready_shard = :hash AND ready_order < :order", values, limit, select="COUNT")
        return int(answer["Count"])

    def due(self, now_ms: int, limit: int) -> list[Due]:
        rows = [row for shard in range(SHARDS) for row in self._active(shard, now_ms, limit)]
        rows.sort(key=lambda row: row["check_at"])
        return [Due(JobKey(row["session_id"], row["job_id"]), int(row["attempt"])) for row in rows[:limit]]

    def recent(self, tenant: str, day: str, before: str, limit: int) -> list[Waiting]:
        found: list[Waiting] = []
        for number in range(SHARDS):
            condition, values = "recent_shard = :hash", {":hash": recent_shard(tenant, day, number)}
            if before:
                condition, values = f"{condition} AND recent_order < :before", values | {":before": before}
            rows = self._query("recent", condition, values, limit, newest_first=True)["Items"]
            found += [_entry(plain(row), "recent_order") for row in rows]
        return sorted(found, key=lambda entry: entry.order, reverse=True)[:limit]

    def slot_census(self) -> Mapping[int, int]:
        rows = (row for shard in range(SHARDS) for row in self._active_pages(shard))
        return Counter(int(row["slot"]) for row in rows)

    def _active(self, shard: int, now_ms: int, limit: int) -> list[dict[str, Any]]:
        condition = "active_shard = :hash AND check_at <= :now"
        answer = self._query("active", condition, {":hash": str(shard), ":now": now_ms}, limit)
        return [plain(item) for item in answer["Items"]]

    def _active_pages(self, shard: int) -> Iterator[dict[str, Any]]:
        for page in self._pages("active", "active_shard = :hash", {":hash": str(shard)}):
            yield from map(plain, page["Items"])

    def _pages(
        self,
        index: str,
        condition: str,
        values: Mapping[str, Any],
        *,
        newest_first: bool = False,
        consistent: bool = False,
    ) -> Iterator[dict[str, Any]]:
        page: dict[str, Any] = {"LastEvaluatedKey": None}
        while "LastEvaluatedKey" in page:
            after = page["LastEvaluatedKey"]
            page = self._query(index, condition, values, newest_first=newest_first, consistent=consistent, after=after)
            yield page

    def _waiting(self, partition: str, limit: int) -> list[Waiting]:
        answer = self._query("ready", "ready_shard = :hash", {":hash": partition}, limit)
        return [_entry(plain(item), "ready_order") for item in answer["Items"]]

    def _query(
        self,
        index: str,
        condition: str,
        values: Mapping[str, Any],
        limit: int | None = None,
        *,
        newest_first: bool = False,
        consistent: bool = False,
        select: str | None = None,
        after: Any = None,
    ) -> dict[str, Any]:
        options = {"Limit": limit, "Select": select, "ExclusiveStartKey": after}
        answer: dict[str, Any] = self._client.query(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=typed(values),
            ScanIndexForward=not newest_first,
            ConsistentRead=consistent,
            **{name: value for name, value in options.items() if value is not None},
        )
        return answer


def _entry(row: Mapping[str, Any], order: str) -> Waiting:
    return Waiting(row[order], JobKey(row["session_id"], row["job_id"]))
