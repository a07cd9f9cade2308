from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import DynamoDBBackend, UpdateExpressionExecutor, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from tests.embedded.corrections.meeting import both, meet_before
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION


@pytest.mark.like_aws("DynamoDB", "Of two conditional writes at once one fails with ConditionalCheckFailedException")
def test_of_two_conditional_updates_at_once_one_is_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table, key = stack.client("dynamodb"), {"id": {"S": "claimed"}}
    table.put_item(TableName="Seen", Item=key)
    # By then moto has checked the condition, and not yet written.
    meet_before(monkeypatch, UpdateExpressionExecutor, "execute")

    results = both(
        lambda: table.update_item(
            TableName="Seen",
            Key=key,
            UpdateExpression="SET holder = :me",
            ConditionExpression="attribute_not_exists(holder)",
            ExpressionAttributeValues={":me": {"S": "me"}},
        )
    )

    refused = [result for result in results if isinstance(result, ClientError)]
    assert [problem.response["Error"]["Code"] for problem in refused] == ["ConditionalCheckFailedException"]


@pytest.mark.like_aws(
    "DynamoDB",
    "What was read stays as it was read",
    differs="every read is consistent here; there it is eventually so, unless asked for",
)
def test_what_a_reader_holds_is_not_written_under_its_hands(stack: Stack) -> None:
    table, key = stack.client("dynamodb"), {"id": {"S": "read"}}
    table.put_item(TableName="Seen", Item={**key, "n": {"N": "1"}})
    backend: DynamoDBBackend = dynamodb_backends[ACCOUNT][REGION]
    held: Any = backend.get_item("Seen", key)
    assert held.attrs["n"] == DynamoType({"N": "1"})

    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    table.update_item(TableName="Seen", Key=key, **add)

    assert held.attrs["n"] == DynamoType({"N": "1"})
    assert table.get_item(TableName="Seen", Key=key)["Item"]["n"] == {"N": "2"}
