from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded.corrections.test_table_transactions import bump, never, put
from workbench.embedded.corrections import transaction_tokens
from workbench.embedded.running import Stack


@pytest.fixture
def transact(stack: Stack) -> Any:
    client = stack.client("dynamodb")
    return lambda token, *writes: client.transact_write_items(TransactItems=list(writes), ClientRequestToken=token)


def times(stack: Stack, key: str) -> str:
    found: str = stack.client("dynamodb").get_item(TableName="Seen", Key={"id": {"S": key}})["Item"]["n"]["N"]
    return found


@pytest.mark.like_aws(
    "DynamoDB",
    "A transaction that comes again with its ClientRequestToken within ten minutes changes nothing",
    differs="two that meet: the second fails with TransactionInProgressException, which the SDK tries again; here "
    "it waits",
)
def test_a_transaction_that_comes_twice_is_done_once(stack: Stack, transact: Any) -> None:
    for _ in range(2):
        transact("twice", bump("token: twice"), put("token: binary", b={"B": b"\x00\xff"}))

    assert times(stack, "token: twice") == "1"


@pytest.mark.like_aws(
    "DynamoDB", "Another transaction with the same token fails with IdempotentParameterMismatchException"
)
def test_a_token_belongs_to_one_request(transact: Any) -> None:
    transact("one request", bump("token: one"))

    with pytest.raises(ClientError) as refused:
        transact("one request", bump("token: another"))

    assert refused.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_what_was_cancelled_can_be_tried_again_with_its_token(stack: Stack, transact: Any) -> None:
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        transact("tried", bump("token: tried"), never("token: not there yet"))
    stack.client("dynamodb").put_item(TableName="Seen", Item={"id": {"S": "token: not there yet"}})

    transact("tried", bump("token: tried"), never("token: not there yet"))

    assert times(stack, "token: tried") == "1"


def test_a_token_is_forgotten_after_ten_minutes(stack: Stack, transact: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    start = transaction_tokens.now()
    transact("old", bump("token: old"))
    monkeypatch.setattr(transaction_tokens, "now", lambda: start + transaction_tokens.KEPT_SECONDS + 60)

    transact("old", bump("token: old"), put("token: beside it"))

    assert times(stack, "token: old") == "2"
