import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models.dynamo_type import Item

from workbench.embedded.running import Stack


def put(key: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "Seen", "Item": {"id": {"S": key}, **more}}}


def bump(key: str) -> dict[str, Any]:
    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    return {"Update": {"TableName": "Seen", "Key": {"id": {"S": key}}, **add}}


def remove(key: str) -> dict[str, Any]:
    return {"Delete": {"TableName": "Seen", "Key": {"id": {"S": key}}}}


def never(key: str) -> dict[str, Any]:
    check = {"TableName": "Seen", "Key": {"id": {"S": key}}, "ConditionExpression": "attribute_exists(id)"}
    return {"ConditionCheck": check}


def test_a_transaction_copies_no_item_that_it_does_not_name(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table, copied = stack.client("dynamodb"), []
    for number in range(30):
        table.put_item(TableName="Seen", Item={"id": {"S": f"bystander-{number}"}})
    stock = Item.__deepcopy__
    monkeypatch.setattr(Item, "__deepcopy__", lambda item, memo: copied.append(item) or stock(item, memo))

    table.transact_write_items(TransactItems=[put("transacted", n={"N": "1"}), bump("transacted-too")])

    assert not [item for item in copied if str(item.hash_key.value).startswith("bystander")]


@pytest.mark.like_aws(
    "DynamoDB",
    "A transaction writes all or nothing, and gives the reason of each item",
    differs="two transactions that meet are cancelled with TransactionConflict; here the second waits",
)
def test_a_cancelled_transaction_leaves_everything_as_it_was(stack: Stack) -> None:
    table = stack.client("dynamodb")
    for key in ("kept", "bumped", "removed"):
        table.put_item(TableName="Seen", Item={"id": {"S": key}, "n": {"N": "1"}})
    before = copy.deepcopy(table.scan(TableName="Seen")["Items"])

    writes = [put("kept", n={"N": "2"}), put("new"), bump("bumped"), bump("made"), remove("removed"), never("missing")]
    with pytest.raises(ClientError) as refused:
        table.transact_write_items(TransactItems=writes)

    assert [reason["Code"] for reason in refused.value.response["CancellationReasons"]] == [
        *["None"] * 5,
        "ConditionalCheckFailed",
    ]
    assert table.scan(TableName="Seen")["Items"] == before


@pytest.mark.like_aws("DynamoDB", "A cancelled transaction leaves no record in a stream")
def test_a_cancelled_transaction_leaves_no_record_in_a_stream(stack: Stack) -> None:
    table, streams = stack.client("dynamodb"), stack.client("dynamodbstreams")
    made = table.create_table(
        TableName="streamed",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    writes = [put("streamed too soon"), never("missing")]
    for write in writes:
        next(iter(write.values()))["TableName"] = "streamed"

    with pytest.raises(ClientError):
        table.transact_write_items(TransactItems=writes)
    table.put_item(TableName="streamed", Item={"id": {"S": "kept"}})

    stream = streams.describe_stream(StreamArn=made["LatestStreamArn"])["StreamDescription"]
    iterator = streams.get_shard_iterator(
        StreamArn=made["LatestStreamArn"], ShardId=stream["Shards"][0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in records] == ["kept"]
