"""The table that the parts of the job store share."""

from typing import Any


class Table:
    """A DynamoDB client and the table's name."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table
