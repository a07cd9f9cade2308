"""An attribute value comes back as it went in, and is not looked through member by member."""

from typing import Any

import pytest
from moto.core.serialize import AttributePicker, BaseJSONSerializer

from tests.embedded.corrections.conftest import table_by_id
from workbench.embedded.running import Stack

NAME = "values"
PLAIN: dict[str, Any] = {
    "text": {"S": "S"},
    "nothing": {"S": ""},
    "number": {"N": "1.50"},
    "truth": {"BOOL": False},
    "null": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "list": {"L": [{"S": "a"}, {"L": []}, {"M": {"N": {"N": "7"}}}]},
    "map": {"M": {"S": {"S": "a key like a tag"}, "none": {"M": {}}, "list": {"L": [{"BOOL": True}]}}},
}
BINARY: dict[str, Any] = {"bytes": {"B": b"\x00\xff"}, "more": {"BS": [b"a", b"\x01"]}, "in": {"L": [{"B": b"x"}]}}


@pytest.fixture(scope="module")
def table(stack: Stack) -> Any:
    return table_by_id(stack, NAME)


def put_and_got(table: Any, item: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    key = {"id": {"S": "one"}}
    table.put_item(TableName=NAME, Item={**key, **item})
    values = {":id": key["id"]}
    query = table.query(TableName=NAME, KeyConditionExpression="id = :id", ExpressionAttributeValues=values)
    return table.get_item(TableName=NAME, Key=key)["Item"], query["Items"][0]


@pytest.mark.parametrize("item", [PLAIN, BINARY, PLAIN | BINARY], ids=["plain", "binary", "both"])
def test_a_value_of_any_type_comes_back_as_moto_alone_gives_it(
    table: Any, monkeypatch: pytest.MonkeyPatch, item: dict[str, Any]
) -> None:
    quick = put_and_got(table, item)

    stock: Any = BaseJSONSerializer._serialize_type_structure
    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", stock.__wrapped__)
    assert quick == put_and_got(table, item)
    assert quick[0] == quick[1] == {"id": {"S": "one"}, **item}


@pytest.mark.saves
def test_no_name_of_a_value_is_guessed(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    picked: list[str] = []
    stock = AttributePicker.__call__
    monkeypatch.setattr(AttributePicker, "__call__", lambda picker, at: picked.append(at.key) or stock(picker, at))

    put_and_got(table, PLAIN)

    assert picked
    assert not set(picked) & {"S", "N", "BOOL", "L", "M"}
