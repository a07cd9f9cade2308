"""What has been written and not yet told: an item for each announced transition, put by the transition's transaction.

Whoever made the transition tells of it and removes the item; the sweep tells of those that stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from roughcut.aws.rows import Item, from_item, key_item, typed, values
from roughcut.aws.table import Table
from roughcut.jobs.announcement import Announcement
from roughcut.jobs.job import JobKey
from roughcut.jobs.order import SHARDS, shard

_BATCH = 25  # requests of one BatchWriteItem; source: its API reference


def outbox_item(told: Announcement) -> Item:
    """The row inside it: as attributes of the item it would be indexed as a job. Its input is told to nobody."""
    row = values(replace(told.job, execution_input=None))
    known = {name: value for name, value in row.items() if value is not None}
    return key_item(_key(told)) | typed({"row": known})


class OutboxTable(Table):
    """Spread over the shards of the indexes, in each by time."""

    def unannounced(self, until_ms: int, limit: int) -> Iterator[Sequence[Announcement]]:
        for number in range(SHARDS):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="session_id = :hash AND job_id < :before",
                ExpressionAttributeValues=typed({":hash": _hash(number), ":before": _time(until_ms + 1)}),
                ConsistentRead=True,
                Limit=limit,
            )
            yield [Announcement(from_item(item["row"]["M"])) for item in answer["Items"]]

    def announced(self, told: Sequence[Announcement]) -> None:
        """What DynamoDB does not process stays, and is told once more by the sweep."""
        for start in range(0, len(told), _BATCH):
            requests = [{"DeleteRequest": {"Key": key_item(_key(each))}} for each in told[start : start + _BATCH]]
            asked: Mapping[str, Any] = {self._table: requests}
            self._client.batch_write_item(RequestItems=asked)


def _key(told: Announcement) -> JobKey:
    return JobKey(_hash(shard(told.job.job_id)), f"{_time(told.at_ms)}#{told.event_id}")


def _hash(number: int) -> str:
    return f"_outbox#{number}"


def _time(at_ms: int) -> str:
    return f"{at_ms:016d}"
