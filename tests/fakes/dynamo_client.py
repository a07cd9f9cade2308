"""DynamoDB in memory, as exact as the table's adapters need it: what they call, real expressions, real refusals.

So the production `DynamoJobStore` runs at the speed of a fake. Global indexes are copies that may lag behind.
tests/adapters holds it to the same suite as moto.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.fakes.dynamo_expressions import ExpressionRefused, Item, Terms, comparable, holds, updated

Key = tuple[str, str]
Change = tuple[Key, Item | None, Item]  # key, the item before, the item after: empty if it is gone
Call = Mapping[str, Any]

_MOST_WRITES, _MOST_READS, _MOST_BATCHED = 100, 100, 25  # entries of one call; source: the API reference


class ConditionalCheckFailedException(ClientError):
    """A condition did not hold."""


class TransactionCanceledException(ClientError):
    """A transaction did nothing; its reasons say why."""


@dataclass(slots=True)
class Index:
    """A partitioned, sorted copy of the items that have both of its keys; the table itself is one, too."""

    hash_key: str
    range_key: str
    projected: frozenset[str] | None = None  # None: all attributes
    partitions: dict[str, dict[Key, Item]] = field(default_factory=lambda: defaultdict(dict))
    places: dict[Key, str] = field(default_factory=dict)

    def put(self, key: Key, item: Item) -> None:
        before = self.places.pop(key, None)
        if before is not None:
            del self.partitions[before][key]
        if self.hash_key in item and self.range_key in item:
            partition = self.places[key] = item[self.hash_key]["S"]
            self.partitions[partition][key] = item

    def sorted(self, partition: str) -> list[tuple[Key, Item]]:
        entries = self.partitions[partition].items() if partition in self.partitions else ()
        return sorted(entries, key=lambda entry: (comparable(entry[1][self.range_key]), entry[0]))

    def copied(self) -> "Index":
        partitions = {name: dict(entries) for name, entries in self.partitions.items()}
        return replace(self, partitions=defaultdict(dict, partitions), places=dict(self.places))

    def view(self, item: Item) -> Item:
        return item if self.projected is None else {name: item[name] for name in item if name in self.projected}


class DynamoClient:
    """The client of one table, made from the template's `properties` of it.

    `on_commit` is told of each atomic write. While `lags`, the global indexes stay as they are until `catch_up`.
    """

    exceptions = SimpleNamespace(
        ConditionalCheckFailedException=ConditionalCheckFailedException,
        TransactionCanceledException=TransactionCanceledException,
    )

    def __init__(self, table: str, properties: Mapping[str, Any]) -> None:
        self.table, self.items = table, dict[Key, Item]()
        self.hash_key, self.range_key = _keys(properties)
        self.types = {each["AttributeName"]: each["AttributeType"] for each in properties["AttributeDefinitions"]}
        self.local: dict[str | None, Index] = {None: Index(self.hash_key, self.range_key)}
        self.local |= {each["IndexName"]: Index(*_keys(each)) for each in properties["LocalSecondaryIndexes"]}
        self.globals = {
            each["IndexName"]: Index(*_keys(each), self._projection(each))
            for each in properties["GlobalSecondaryIndexes"]
        }
        self.lags = False
        self.behind: set[Key] = set()
        self.on_commit: Callable[[Sequence[Change]], None] = lambda changes: None

    def get_item(self, **call: Any) -> dict[str, Any]:
        self._accept(call, "Key ConsistentRead")
        item = self.items.get(self._key(call["Key"]))
        return {} if item is None else {"Item": dict(item)}

    def batch_get_item(self, **call: Any) -> dict[str, Any]:
        ((table, wanted),) = call.pop("RequestItems").items()
        self._accept({"TableName": table, **call, **wanted}, "Keys ConsistentRead")
        keys = [self._key(key) for key in wanted["Keys"]]
        if not 1 <= len(keys) <= _MOST_READS or len(set(keys)) < len(keys):
            raise _invalid("BatchGetItem", f"{len(keys)} keys, {len(set(keys))} of them different")
        return {"Responses": {table: [dict(self.items[key]) for key in keys if key in self.items]}}

    def query(self, **call: Any) -> dict[str, Any]:
        self._accept(
            call,
            "IndexName KeyConditionExpression ExpressionAttributeValues ScanIndexForward ConsistentRead Limit Select "
            "ExclusiveStartKey",
        )
        index = self._index(call)
        found = self._matching(index, call)
        limit = call.get("Limit", len(found) + 1)
        page = [index.view(item) for _, item in found[:limit]]
        answer: dict[str, Any] = {"Count": len(page)}
        if call.get("Select") != "COUNT":
            answer["Items"] = page
        if len(found) >= limit:
            answer["LastEvaluatedKey"] = self._key_of(found[limit - 1][0])
        return answer

    def update_item(self, **call: Any) -> dict[str, Any]:
        answer_on_refusal = call.pop("ReturnValuesOnConditionCheckFailure", "NONE")
        is_answered = call.pop("ReturnValues", "NONE") == "ALL_NEW"
        change = self._changed({"Update": call}, "UpdateItem")
        if change is None:
            before = self.items.get(self._key(call["Key"]))
            shown = {"Item": before} if before and answer_on_refusal == "ALL_OLD" else {}
            raise ConditionalCheckFailedException(_error("ConditionalCheckFailedException") | shown, "UpdateItem")
        self._commit([change])
        return {"Attributes": dict(self.items[self._key(call["Key"])])} if is_answered else {}

    def delete_item(self, **call: Any) -> dict[str, Any]:
        self._accept(call, "Key ConditionExpression ExpressionAttributeNames ExpressionAttributeValues")
        key = self._key(call["Key"])
        before = self.items.get(key)
        terms = Terms(call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {}))
        if not holds(call["ConditionExpression"], before or {}, terms):
            raise ConditionalCheckFailedException(_error("ConditionalCheckFailedException"), "DeleteItem")
        if before is not None:
            self._commit([(key, before, {})])
        return {}

    def batch_write_item(self, **call: Any) -> dict[str, Any]:
        ((table, requests),) = call.pop("RequestItems").items()
        self._accept({"TableName": table, **call}, "")
        keys = [self._key(request["DeleteRequest"]["Key"]) for request in requests]
        if not 1 <= len(keys) <= _MOST_BATCHED or len(set(keys)) < len(keys):
            raise _invalid("BatchWriteItem", f"{len(keys)} keys, {len(set(keys))} of them different")
        for key in keys:  # no transaction: each is a write of its own
            if key in self.items:
                self._commit([(key, self.items[key], {})])
        return {"UnprocessedItems": {}}

    def transact_write_items(self, **call: Any) -> dict[str, Any]:
        (entries,) = call.values()
        if not 1 <= len(entries) <= _MOST_WRITES:
            raise _invalid("TransactWriteItems", f"{len(entries)} entries")
        changes = [self._changed(entry, "TransactWriteItems") for entry in entries]
        if None in changes:
            codes = ["None" if change else "ConditionalCheckFailed" for change in changes]
            reasons = {"CancellationReasons": [{"Code": code} for code in codes]}
            raise TransactionCanceledException(_error("TransactionCanceledException") | reasons, "TransactWriteItems")
        done = [change for change in changes if change is not None]
        if len({key for key, _, _ in done}) < len(done):
            raise _invalid("TransactWriteItems", "two entries about the same item")
        self._commit(done)
        return {}

    def catch_up(self) -> None:
        """Bring the global indexes to the state of the table."""
        for key in self.behind:
            for index in self.globals.values():
                index.put(key, self.items.get(key, {}))
        self.behind.clear()

    def take_over(self, other: "DynamoClient") -> None:
        """Hold what `other` holds. No item is ever changed in place, so that both may have the same."""
        self.items, self.lags, self.behind = dict(other.items), other.lags, set(other.behind)
        self.local = {name: index.copied() for name, index in other.local.items()}
        self.globals = {name: index.copied() for name, index in other.globals.items()}

    def _accept(self, call: Call, options: str) -> None:
        strange = set(call) - {"TableName", *options.split()}
        if strange:
            raise TypeError(f"this fake does not know {sorted(strange)}")
        if call["TableName"] != self.table:
            raise ClientError(_error("ResourceNotFoundException"), "any")

    def _changed(self, entry: Mapping[str, Call], operation: str) -> Change | None:
        """What one write would do; None if its condition does not hold."""
        ((verb, call),) = entry.items()
        self._accept(
            call,
            "Key Item UpdateExpression ConditionExpression ExpressionAttributeNames ExpressionAttributeValues",
        )
        key = self._key(call["Key"] if verb == "Update" else call["Item"])
        before = self.items.get(key)
        terms = Terms(call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {}))
        condition, update = call.get("ConditionExpression", ""), call.get("UpdateExpression", "")
        try:
            terms.refuse_unused(condition, update)
            if condition and not holds(condition, before or {}, terms):
                return None
            after = call["Item"] if verb == "Put" else updated(update, before or self._key_of(key), terms)
        except (ExpressionRefused, KeyError) as problem:
            raise _invalid(operation, repr(problem)) from problem
        self._check_types(after, operation)
        return key, before, after

    def _commit(self, changes: Sequence[Change]) -> None:
        for key, _, after in changes:
            self.items[key] = after
            if not after:
                del self.items[key]
            for index in self.local.values():
                index.put(key, after)
        self.behind.update(key for key, _, _ in changes)
        if not self.lags:
            self.catch_up()
        self.on_commit(changes)

    def _index(self, call: Call) -> Index:
        name = call.get("IndexName")
        if name in self.globals and call.get("ConsistentRead"):
            raise _invalid("Query", "consistent reads of a global index do not exist")
        return (self.local | self.globals)[name]

    def _matching(self, index: Index, call: Call) -> list[tuple[Key, Item]]:
        first, *more = call["KeyConditionExpression"].split(" AND ", 1)
        attribute, _, value = first.split()
        values = call["ExpressionAttributeValues"]
        if attribute != index.hash_key or any(condition.split()[0] != index.range_key for condition in more):
            raise _invalid("Query", f"{call['KeyConditionExpression']} is not about the index's keys")
        terms = Terms({}, values)
        entries = index.sorted(values[value]["S"])
        found = [entry for entry in entries if all(holds(condition, entry[1], terms) for condition in more)]
        if not call.get("ScanIndexForward", True):
            found.reverse()
        keys = [key for key, _ in found]
        start = call.get("ExclusiveStartKey")
        return found[keys.index(self._key(start)) + 1 :] if start else found

    def _projection(self, index: Mapping[str, Any]) -> frozenset[str]:
        named = index["Projection"].get("NonKeyAttributes", [])
        return frozenset({self.hash_key, self.range_key, *_keys(index), *named})

    def _key(self, item: Item) -> Key:
        return item[self.hash_key]["S"], item[self.range_key]["S"]

    def _key_of(self, key: Key) -> dict[str, Any]:
        return {self.hash_key: {"S": key[0]}, self.range_key: {"S": key[1]}}

    def _check_types(self, item: Item, operation: str) -> None:
        for name, kind in self.types.items():
            if name in item and set(item[name]) != {kind}:
                raise _invalid(operation, f"{name} is a key of an index: it must be of type {kind}")


def _keys(description: Mapping[str, Any]) -> Iterable[str]:
    """Hash and range."""
    return tuple(key["AttributeName"] for key in description["KeySchema"])


def _error(code: str, message: str = "") -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": message}}


def _invalid(operation: str, message: str) -> ClientError:
    return ClientError(_error("ValidationException", message), operation)
