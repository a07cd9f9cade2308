"""How far a stage is, written beside the job's row: forty workers never contend with a guard.

Each worker keeps its own greatest value (never ADD: a retried worker would count twice), and each write is refused once
the attempt is over. A refused worker ends itself.
"""

from typing import Any

from roughcut.aws.effects import progress_key
from roughcut.aws.rows import key_item, plain, typed
from roughcut.jobs.board import Progress
from roughcut.jobs.errors import AttemptOver
from roughcut.jobs.job import JobKey
from roughcut.jobs.progress import FULL
from roughcut.jobs.spent import Meter

TOLD = "told"


def progress_of(row: dict[str, Any]) -> Progress:
    """What the item tells."""
    return Progress(
        attempt=int(row["attempt"]),
        parts={name[2:]: int(value) for name, value in row.items() if name.startswith("p:")},
        expected={name[2:]: int(value) for name, value in row.items() if name.startswith("n:")},
        told=int(row.get(TOLD, 0)),
        spent={name[2:]: int(value) for name, value in row.items() if name.startswith("g:")},
    )


class DynamoProgress:
    """The `ProgressSink` of one call, whose reports also note what it took so far; a retry has an entry of its own."""

    def __init__(self, client: Any, table: str, key: JobKey, attempt: int, meter: Meter | None = None) -> None:
        self._client, self._table, self._key, self._attempt = client, table, key, attempt
        self._meter = meter
        self.seen: Progress | None = None  # what all workers had come to with this one's last report

    def expect(self, group: str, count: int) -> None:
        self._write(f"n:{group}", count)

    def advance(self, worker: str, fraction: float) -> None:
        self._write(f"p:{worker}", round(max(fraction, 0.0) * FULL), self._spent_by(worker))

    def note_spent(self, worker: str) -> None:
        """What a call took that ends otherwise than with a report, even one of an attempt that is over."""
        names, values = _terms(self._spent_by(worker))
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key_item(progress_key(self._key)),
                UpdateExpression="SET #spent = :spent",
                ConditionExpression="attempt = :attempt",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=typed({**values, ":attempt": self._attempt}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # the next attempt has begun, with an item of its own

    def _spent_by(self, worker: str) -> tuple[str, int] | None:
        return (f"g:{worker}~{self._meter.call}", self._meter.gb_ms) if self._meter else None

    def _write(self, name: str, value: int, spent: tuple[str, int] | None = None) -> None:
        names, values = _terms(spent)
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=key_item(progress_key(self._key)),
                UpdateExpression="SET #name = :value" + (", #spent = :spent" if spent else ""),
                ConditionExpression="attempt = :attempt AND attribute_not_exists(is_over) "
                "AND (attribute_not_exists(#name) OR #name <= :value)",
                ExpressionAttributeNames={"#name": name, **names},
                ExpressionAttributeValues=typed({":value": value, ":attempt": self._attempt, **values}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            before = plain(refused.response.get("Item", {}))
            if "is_over" in before or before.get("attempt") != self._attempt:
                raise AttemptOver(f"attempt {self._attempt} of job {self._key.job_id} is over") from refused
        else:
            self.seen = progress_of(plain(answer["Attributes"]))
            self._written(self.seen)

    def _written(self, progress: Progress) -> None:
        """What the whole attempt has come to with this write."""


def _terms(spent: tuple[str, int] | None) -> tuple[dict[str, str], dict[str, int]]:
    """The names and the values that `#spent = :spent` needs."""
    return ({"#spent": spent[0]}, {":spent": spent[1]}) if spent else ({}, {})
