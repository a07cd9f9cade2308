import pytest
from moto.dynamodb.models import UpdateExpressionExecutor

from tests.embedded.corrections.meeting import both, meet_before
from workbench.embedded.stack import Stack


def test_two_additions_at_once_count_twice(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table = stack.client("dynamodb")
    key = {"id": {"S": "counter"}}
    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    table.update_item(TableName="Seen", Key=key, **add)
    meet_before(monkeypatch, UpdateExpressionExecutor, "execute")

    both(lambda: table.update_item(TableName="Seen", Key=key, **add))

    assert table.get_item(TableName="Seen", Key=key)["Item"]["n"] == {"N": "3"}

