"""moto copies the whole table before each transaction, to have it back if the transaction is cancelled: a third of all
processor time with 50 jobs in the table, and more with each.

Upstream: none found.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

from workbench.embedded.corrections.replacing import replace
from workbench.embedded.corrections.table_queries import Place, place_of, touch

Before = list[tuple[Table, Place, Any]]


def apply() -> None:
    """Remember the items that the transaction names, and put those back."""
    module: Any = models
    module.copy = SimpleNamespace(deepcopy=_copied)
    replace(DynamoDBBackend, "transact_write_items", _build_transaction)


def _copied(value: Any) -> Any:
    """In that module only transactions copy tables. One with a stream still is copied: its records must go too."""
    return value if isinstance(value, Table) and value.stream_shard is None else copy.deepcopy(value)


def _build_transaction(stock: Callable[..., Any]) -> Callable[..., Any]:
    def transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        before = list(_remembered(backend, transact_items))
        try:
            stock(backend, transact_items)
        except BaseException:
            _put_back(before)
            raise

    return transact


def _remembered(backend: DynamoDBBackend, writes: Iterable[dict[str, Any]]) -> Iterator[tuple[Table, Place, Any]]:
    """An update puts a copy in its item's place (`table_locking`), so what is remembered here stays as it is."""
    for operation in (operation for write in writes for operation in write.values()):
        # What names no table or no key is refused by moto, and has changed nothing.
        with suppress(KeyError, AttributeError):
            table = backend.tables[operation["TableName"]]
            place = place_of(table, operation.get("Key") or operation["Item"])
            yield table, place, table.get_item(*place)


def _put_back(before: Before) -> None:
    for table, place, item in before:
        hash_key, range_key = place
        items: Any = table.items
        if item is None:
            table.delete_item(hash_key, range_key)
        elif range_key is None:
            items[hash_key] = item
        else:
            items[hash_key][range_key] = item
        touch(table, place)
