"""Rows of DynamoDB tables."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections.replacing import replace
from workbench.embedded.corrections.table_queries import Place, place_of
from workbench.embedded.keeping.journal import Journal, Thing
from workbench.embedded.keeping.recorder import Recorder, current, dumped, loaded
from workbench.embedded.translate import REGION

ROW = "row"
_OPERATIONS = ("put_item", "update_item", "delete_item", "transact_write_items", "execute_statement")


class _Touched(threading.local):
    """What the operation of this thread has changed so far. An operation may consist of others."""

    def __init__(self) -> None:
        self.depth = 0
        self.rows: dict[tuple[str, Place], Table] = {}


_touched = _Touched()


def watch() -> None:
    """Note what each operation has changed when it is done, in one piece, while it still has the lock on its table."""
    replace(DynamoDBBackend, "update_item", _build_update)
    for name in _OPERATIONS:
        replace(DynamoDBBackend, name, partial(_build_operation, name))
    for name in ("put_item", "delete_item"):
        replace(Table, name, _build_change)


def restore(journal: Journal, tables: dict[str, str]) -> None:
    """Rows into the tables, by logical id."""
    names = {logical: name for name, logical in tables.items()}
    backend = dynamodb_backends[ACCOUNT][REGION]
    for thing, value in journal.all_of(ROW):
        if thing.place in names:
            backend.get_table(names[thing.place]).put_item(loaded(value))


def _build_operation(name: str, stock: Callable[..., Any]) -> Callable[..., Any]:
    def operate(backend: DynamoDBBackend, *args: Any, **named: Any) -> Any:
        recorder = current()
        if recorder is None:
            return stock(backend, *args, **named)
        _touched.depth += 1
        try:
            return stock(backend, *args, **named)
        except BaseException:
            if name == "transact_write_items":
                _touched.rows.clear()  # all of them are put back
            raise
        finally:
            _touched.depth -= 1
            if not _touched.depth:
                # Even of what was refused, which may have changed a row in part.
                _note(recorder)

    return operate


def _build_change(stock: Callable[..., Any]) -> Callable[..., Any]:
    def change(table: Table, *args: Any, **named: Any) -> Any:
        item = stock(table, *args, **named)
        if item is not None:
            _touch(table, (item.hash_key, item.range_key))
        return item

    return change


def _build_update(stock: Callable[..., Any]) -> Callable[..., Any]:
    def update(backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *args: Any, **named: Any) -> Any:
        item = stock(backend, table_name, key, *args, **named)
        if _touched.depth:
            table = backend.get_table(table_name)
            _touch(table, place_of(table, key))
        return item

    return update


def _touch(table: Table, place: Place) -> None:
    if _touched.depth:
        _touched.rows[table.name, place] = table


def _note(recorder: Recorder) -> None:
    rows, _touched.rows = _touched.rows, {}
    changes = {
        Thing(ROW, recorder.tables[name], _key(place)): _value(table.get_item(*place))
        for (name, place), table in rows.items()
        if name in recorder.tables
    }
    if changes:
        recorder.journal.note(changes)


def _key(place: Place) -> str:
    return dumped([part.to_regular_json() for part in place if part is not None]).decode()


def _value(item: Any) -> bytes | None:
    return None if item is None else dumped(item.to_json()["Attributes"])
