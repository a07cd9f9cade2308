"""What a query looks at, and that it finds what moto alone finds."""

import random
from typing import Any

import pytest
from moto.dynamodb.models.table import Table

from workbench.embedded.corrections import table_queries
from workbench.embedded.running import Stack

ATTRIBUTES = ("owner", "number", "line", "rank")
NAMES = [{"AttributeName": name, "AttributeType": "N" if name in ("number", "rank") else "S"} for name in ATTRIBUTES]
BY_OWNER = [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}]
BY_LINE = [{"AttributeName": "line", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}]
BY_RANK = [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}]
OWNERS, LINES = ("ada", "bob"), ("red", "blue")


def a_table(stack: Stack, name: str) -> Any:
    table = stack.client("dynamodb")
    everything = {"Projection": {"ProjectionType": "ALL"}}
    table.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=NAMES,
        KeySchema=BY_OWNER,
        GlobalSecondaryIndexes=[{"IndexName": "lines", "KeySchema": BY_LINE, **everything}],
        LocalSecondaryIndexes=[{"IndexName": "ranks", "KeySchema": BY_RANK, **everything}],
    )
    return table


def key(owner: str, number: int) -> dict[str, Any]:
    return {"owner": {"S": owner}, "number": {"N": str(number)}}


def found(table: Any, name: str, attribute: str, value: str, **more: Any) -> list[Any]:
    answer = table.query(
        TableName=name,
        KeyConditionExpression="#key = :value",
        ExpressionAttributeNames={"#key": attribute},
        ExpressionAttributeValues={":value": {"S": value}},
        **more,
    )
    items: list[Any] = answer["Items"]
    return items


def everything(table: Any, name: str) -> list[list[Any]]:
    return [
        *(found(table, name, "owner", owner) for owner in OWNERS),
        *(found(table, name, "owner", owner, IndexName="ranks", ScanIndexForward=False) for owner in OWNERS),
        *(found(table, name, "line", line, IndexName="lines", Limit=3) for line in LINES),
    ]


def change(table: Any, name: str, dice: random.Random) -> None:
    place = key(dice.choice(OWNERS), dice.randrange(6))
    line, rank = {"S": dice.choice(LINES)}, {"N": str(dice.randrange(9))}
    put = {"Put": {"TableName": name, "Item": {**place, "rank": rank}}}
    ways = (
        lambda: table.put_item(TableName=name, Item={**place, "line": line, "rank": rank}),
        lambda: table.delete_item(TableName=name, Key=place),
        lambda: table.update_item(
            TableName=name,
            Key=place,
            UpdateExpression="SET #l = :l, #r = :r",
            ExpressionAttributeNames={"#l": "line", "#r": "rank"},
            ExpressionAttributeValues={":l": line, ":r": rank},
        ),
        lambda: table.update_item(
            TableName=name, Key=place, UpdateExpression="REMOVE #l", ExpressionAttributeNames={"#l": "line"}
        ),
        lambda: table.transact_write_items(TransactItems=[put]),
    )
    dice.choice(ways)()


@pytest.mark.like_aws(
    "DynamoDB",
    "A query finds by hash key, range condition, index and filter",
    differs="indexes lag behind, by a second or more; a page ends at 1 MB",
)
def test_every_query_finds_what_a_look_at_all_items_finds(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table, dice = a_table(stack, "compared"), random.Random(7)
    for _ in range(60):
        change(table, "compared", dice)

        quick = everything(table, "compared")

        with monkeypatch.context() as patch:
            patch.setattr(table_queries, "_found", lambda *_: None)
            assert quick == everything(table, "compared")


@pytest.mark.parametrize(
    ("attribute", "more"), [("owner", {}), ("owner", {"IndexName": "ranks"}), ("line", {"IndexName": "lines"})]
)
def test_a_query_looks_at_the_items_of_its_hash_key_only(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, attribute: str, more: dict[str, str]
) -> None:
    name = f"looked-at-{attribute}-{len(more)}"
    table, looked = a_table(stack, name), []
    for number in range(40):
        # Only three of forty are meant.
        text = "ada" if number < 3 else f"somebody-{number}"
        owned = {**key(text, number), "line": {"S": text}, "rank": {"N": "1"}}
        table.put_item(TableName=name, Item=owned)
    stock = Table.all_items
    monkeypatch.setattr(Table, "all_items", lambda table: looked.append(stock(table)) or looked[-1])

    assert len(found(table, name, attribute, "ada", **more)) == 3
    looked.clear()  # the first look at an index sorts the table once
    assert len(found(table, name, attribute, "ada", **more)) == 3

    assert [len(items) for items in looked] == [3]
