"""Random work on a stack of every service, then another stack on the same directory: it has what the first one had."""

import datetime
import io
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import LifecycleRule
from moto.sqs.models import sqs_backends

from tests.embedded.small import TEMPLATE
from tests.embedded.waiting import until
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.keeping.objects import is_expired
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION

Picture = dict[str, Any]
KEYS = ["plain", "a b/ü.txt", "x/y/z"]


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Picture, Picture]:
    """What clients saw of the same directory in two stacks."""
    data = tmp_path_factory.mktemp("data") / "made"
    with Stack(TEMPLATE, data=data) as stack:
        work(stack, random.Random(7))
        before = picture(stack)
    with Stack(TEMPLATE, data=data) as stack:
        after = picture(stack)
        after |= {
            "again": start_again(stack),
            "bodies": sum(path.is_file() for path in (data / "objects").glob("*/*")),
            "visible": len(sqs_backends[ACCOUNT][REGION].get_queue("plain").messages),
        }
    return before, after


def work(stack: Stack, chance: random.Random) -> None:
    doing = [do_rows, do_objects, do_messages]
    for _ in range(90):
        chance.choice(doing)(stack, chance)
    (machine,) = machines(stack)
    states = stack.client("stepfunctions")
    for number in range(3):
        states.start_execution(stateMachineArn=machine, name=f"run-{number}", input=json.dumps({"do": "note"}))
    until(lambda: all(run["status"] != "RUNNING" for run in executions(stack)))


def do_rows(stack: Stack, chance: random.Random) -> None:
    rows, key = stack.client("dynamodb"), {"id": {"S": f"row-{chance.randrange(6)}"}}
    value = {"N": str(chance.randrange(100))}
    deeds: list[Callable[[], Any]] = [
        lambda: rows.put_item(TableName="Seen", Item={**key, "n": value, "b": {"B": b"\x00\xff"}, "l": {"L": [value]}}),
        lambda: rows.delete_item(TableName="Seen", Key=key),
        lambda: rows.update_item(
            TableName="Seen", Key=key, UpdateExpression="ADD n :n", ExpressionAttributeValues={":n": value}
        ),
        lambda: cancelled(stack, key),
        lambda: rows.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "Seen", "Item": {"id": {"S": f"pair-{side}"}, "n": value}}} for side in "ab"
            ]
        ),
    ]
    chance.choice(deeds)()


def put(name: str, **attributes: Picture) -> Picture:
    return {"Put": {"TableName": "Seen", "Item": {"id": {"S": name}, **attributes}}}


def cancelled(stack: Stack, key: Picture) -> None:
    """A transaction whose second half is refused leaves nothing of its first."""
    check = {"ConditionCheck": {"TableName": "Seen", "Key": key, "ConditionExpression": "attribute_exists(nothing)"}}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        stack.client("dynamodb").transact_write_items(TransactItems=[put("never"), check])


def do_objects(stack: Stack, chance: random.Random) -> None:
    store, key = stack.client("s3"), {"Bucket": "small-media", "Key": chance.choice(KEYS)}
    body = chance.randbytes(chance.choice([0, 10, 300_000]))
    deeds: list[Callable[[], Any]] = [
        lambda: store.put_object(**key, Body=body, ContentType="video/mp4", Metadata={"who": "me"}, Tagging="a=b"),
        lambda: store.delete_object(**key),
        lambda: store.upload_fileobj(io.BytesIO(body), **key),
        lambda: store.put_object(**key, Body=b"first") and store.copy_object(**key | {"Key": "copy"}, CopySource=key),
    ]
    chance.choice(deeds)()


def do_messages(stack: Stack, chance: random.Random) -> None:
    queues, url = stack.client("sqs"), stack.client("sqs").get_queue_url(QueueName="plain")["QueueUrl"]
    got = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=2).get("Messages", [])
    if got and chance.random() < 0.5:
        queues.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
    attributes = {"kind": {"DataType": "Binary", "BinaryValue": b"\x00\xfe"}}
    queues.send_message(QueueUrl=url, MessageBody=f"no {chance.random()}", MessageAttributes=attributes)


def picture(stack: Stack) -> Picture:
    """What clients see: rows, objects with their headers, messages, executions."""
    store = stack.client("s3")
    listed = store.list_objects_v2(Bucket="small-media")["Contents"]
    return {
        "rows": sorted(stack.client("dynamodb").scan(TableName="Seen")["Items"], key=str),
        "objects": {entry["Key"]: _object(store, entry["Key"]) for entry in listed},
        "messages": messages(),
        "executions": executions(stack),
    }


def _object(store: Any, key: str) -> Picture:
    answer = store.get_object(Bucket="small-media", Key=key)
    tags = store.get_object_tagging(Bucket="small-media", Key=key)["TagSet"]
    names = ("ETag", "LastModified", "ContentType", "Metadata", "ContentLength", "ServerSideEncryption")
    return {"body": answer["Body"].read(), "tags": tags, **{name: answer.get(name) for name in names}}


def messages() -> list[tuple[str, str, str, int, bool]]:
    """All in the queue: what they say, how often they had been received, and whether a handle of theirs is known."""
    queue = sqs_backends[ACCOUNT][REGION].get_queue("plain")
    return [
        (
            message.id,
            message.body,
            message.body_md5 + message.attribute_md5,
            message.approximate_receive_count,
            message.receipt_handle is not None,
        )
        for message in queue._messages
    ]


def executions(stack: Stack) -> list[Picture]:
    states = stack.client("stepfunctions")
    (machine,) = machines(stack)
    listed = states.list_executions(stateMachineArn=machine)["executions"]
    found = []
    for run in sorted(listed, key=lambda run: str(run["name"])):
        seen = states.describe_execution(executionArn=run["executionArn"])
        history = states.get_execution_history(executionArn=run["executionArn"])["events"]
        found.append({**{k: v for k, v in seen.items() if k != "ResponseMetadata"}, "history": history})
    return found


def machines(stack: Stack) -> list[str]:
    found = stack.client("stepfunctions").list_state_machines()["stateMachines"]
    return [machine["stateMachineArn"] for machine in found]


def start_again(stack: Stack) -> str:
    with pytest.raises(ClientError) as refused:
        stack.client("stepfunctions").start_execution(stateMachineArn=machines(stack)[0], name="run-1", input="{}")
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.contract("cli.up-data")
@pytest.mark.parametrize("what", ["rows", "objects", "messages", "executions"])
def test_the_next_stack_has_what_this_one_had(before_and_after: tuple[Picture, Picture], what: str) -> None:
    before, after = before_and_after

    assert before[what]
    assert after[what] == before[what]


def test_the_name_of_an_execution_of_an_earlier_process_is_taken(before_and_after: tuple[Picture, Picture]) -> None:
    assert before_and_after[1]["again"] == "ExecutionAlreadyExists"


def test_no_file_stays_of_what_was_replaced_or_deleted(before_and_after: tuple[Picture, Picture]) -> None:
    assert before_and_after[1]["bodies"] == len(before_and_after[1]["objects"])


def test_messages_in_hand_are_visible_again(before_and_after: tuple[Picture, Picture]) -> None:
    assert any(received for *_, received, _ in before_and_after[0]["messages"])
    assert before_and_after[1]["visible"] == len(before_and_after[1]["messages"])


@pytest.mark.parametrize(
    ("name", "days", "expected"), [("chunks/a", 3, True), ("chunks/a", 2, False), ("sessions/a", 9, False)]
)
def test_objects_end_with_their_lifecycle(name: str, days: int, expected: bool) -> None:
    now = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    rules = [LifecycleRule(prefix="chunks/", status="Enabled", expiration_days="3"), LifecycleRule(status="Disabled")]

    assert is_expired(rules, name, now - datetime.timedelta(days=days), now) is expected
