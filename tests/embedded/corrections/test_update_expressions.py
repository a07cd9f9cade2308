"""An update does what moto alone does, from fewer questions."""

import random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.tokens import ExpressionTokenizer

from tests.embedded.corrections.conftest import table_by_id
from workbench.embedded.running import Stack

KEY = {"id": {"S": "one"}}
NAMES = {"#a": "a", "#b": "b", "#m": "m"}
VALUES = {":one": {"N": "1"}, ":two": {"N": "2"}, ":list": {"L": [{"S": "x"}]}, ":set": {"SS": ["s"]}}
# What AWS takes and what it refuses, in one clause and in several.
SETS = (
    "SET #a = :one",
    "SET #a = :two, #b = if_not_exists(#b, :one)",
    "SET #a = if_not_exists(#a, :one) + :two",
    "SET #b = #a",
    "SET c = list_append(if_not_exists(c, :list), :list)",
    "SET #m.#a = :one",
    "SET #a = :one, #a = :two",
    "SET #a = :none",
    "SET #none = :one",
    "SET id = :one",
)
OTHERS = ("", "REMOVE #b", "REMOVE c[0], c[1]", "ADD d :one", "ADD s :set", "DELETE s :set", "REMOVE #m.#b ADD d :two")


def a_table(stack: Stack, name: str) -> Any:
    table = table_by_id(stack, name)
    table.put_item(TableName=name, Item={**KEY, "m": {"M": {"b": {"N": "1"}}}})
    return table


def updated(table: Any, name: str, expression: str) -> Any:
    """The item after the update, and the refusal if there was one."""
    used = {key: value for key, value in VALUES.items() if key in expression}
    asked: dict[str, Any] = {"UpdateExpression": expression}
    if used:
        asked["ExpressionAttributeValues"] = used
    if named := {key: value for key, value in NAMES.items() if key in expression}:
        asked["ExpressionAttributeNames"] = named
    refusal = None
    try:
        table.update_item(TableName=name, Key=KEY, **asked)
    except ClientError as problem:
        refusal = problem.response["Error"]
    return table.get_item(TableName=name, Key=KEY)["Item"], refusal


def as_moto_alone(patch: pytest.MonkeyPatch) -> None:
    stock: Any = DepthFirstTraverser.traverse_node_recursively
    patch.setattr(DepthFirstTraverser, "traverse_node_recursively", stock.__wrapped__)
    clauses: Any = Node.find_clauses
    patch.setattr(Node, "find_clauses", clauses.__wrapped__)
    patch.delattr(Node, "__deepcopy__")
    make: Any = UpdateExpressionParser.make
    patch.setattr(UpdateExpressionParser, "make", make.__wrapped__)


@pytest.mark.like_aws("DynamoDB", "Update expressions: SET, REMOVE, ADD, DELETE, their functions and refusals")
def test_every_update_changes_and_refuses_what_moto_alone_does(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table, dice = a_table(stack, "quick"), random.Random(7)
    a_table(stack, "stock")
    wanted = [f"{first} {second}".strip() for first in SETS for second in OTHERS]
    dice.shuffle(wanted)

    for expression in [*wanted, *wanted]:
        quick = updated(table, "quick", expression)

        with monkeypatch.context() as patch:
            as_moto_alone(patch)
            assert (expression, updated(table, "stock", expression)) == (expression, quick)


@pytest.mark.saves
def test_an_expression_is_parsed_once(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table, read = a_table(stack, "parsed"), []
    stock = ExpressionTokenizer.make_list
    monkeypatch.setattr(ExpressionTokenizer, "make_list", lambda text: read.append(text) or stock(text))

    for _ in range(3):
        updated(table, "parsed", "SET once = :one")

    assert read == ["SET once = :one"]
