import threading
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend

from tests.embedded.corrections.conftest import Run

UPDATE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::dynamodb:updateItem",
    "TimeoutSeconds": 1,
    "Parameters": {
        "TableName": "Seen",
        "Key": {"id": {"S": "by a task"}},
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    },
    "End": True,
}


def changed(**parameters: Any) -> dict[str, Any]:
    return {**UPDATE, "Parameters": {**UPDATE["Parameters"], **parameters}}


@pytest.mark.like_aws("Step Functions", "A dynamodb task that outlasts its TimeoutSeconds is States.Timeout")
def test_a_table_that_is_slow_is_a_timeout(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    awake = threading.Event()
    stock = DynamoDBBackend.update_item
    monkeypatch.setattr(DynamoDBBackend, "update_item", lambda *a, **n: awake.wait(5) and stock(*a, **n))

    end = run(Update=UPDATE)
    awake.set()

    assert (end["status"], end["error"]) == ("FAILED", "States.Timeout")


@pytest.mark.like_aws("Step Functions", "A path of a dynamodb task that leads nowhere is States.Runtime")
def test_a_path_that_leads_nowhere_is_no_error_of_the_table(run: Run) -> None:
    end = run(Update=changed(ExpressionAttributeValues={":n": {"N.$": "$.missing"}}))

    assert end["error"] == "States.Runtime"


@pytest.mark.like_aws("Step Functions", "What the table refuses is DynamoDB. and the name of its exception")
@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"ConditionExpression": "attribute_exists(nothing)"}, "DynamoDB.ConditionalCheckFailedException"),
        ({"TableName": "Nowhere"}, "DynamoDB.ResourceNotFoundException"),
    ],
)
def test_what_the_table_refuses_is_named_after_it(run: Run, parameters: dict[str, Any], error: str) -> None:
    assert run(Update=changed(**parameters))["error"] == error
