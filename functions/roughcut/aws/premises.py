"""What a stack knows of itself: the secret that signs its links, and the address of its HTTP API."""

from collections.abc import Callable
from functools import cache
from typing import Any

from roughcut.aws.rows import key_item
from roughcut.jobs.job import JobKey

_PLACE = JobKey("_links", "secret")  # a session that no client can spell
_SIZE = 32  # bytes, as many as SHA-256 gives
_KEPT_MS = 300_000  # a secret that was deleted is forgotten after five minutes


class TableSecret:
    """Made by the first who needs it: a conditional put, so that all have the same. `randomness(n)`: n bytes."""

    def __init__(
        self, client: Any, table: str, *, randomness: Callable[[int], bytes], clock: Callable[[], int]
    ) -> None:
        self._client, self._table = client, table
        self._randomness, self._clock = randomness, clock
        self._known, self._until = b"", 0

    def __call__(self) -> bytes:
        if self._clock() >= self._until:
            self._known = self._stored() or self._made()
            self._until = self._clock() + _KEPT_MS
        return self._known

    def _stored(self) -> bytes:
        found = self._client.get_item(TableName=self._table, Key=key_item(_PLACE), ConsistentRead=True)
        return bytes(found["Item"]["secret"]["B"]) if "Item" in found else b""

    def _made(self) -> bytes:
        fresh = self._randomness(_SIZE)
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**key_item(_PLACE), "secret": {"B": fresh}},
                ConditionExpression="attribute_not_exists(session_id)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return self._stored()  # somebody was faster
        return fresh


@cache
def parameter(client: Any, name: str) -> str:
    """The value of a parameter in SSM; it changes with the stack only."""
    return str(client.get_parameter(Name=name)["Parameter"]["Value"])
