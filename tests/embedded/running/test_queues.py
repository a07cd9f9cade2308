"""A queue's function gets its messages, and what it fails on goes the way the queue says."""

import json
import time
from typing import Any

import pytest

from tests.embedded.waiting import until
from workbench.embedded.running import Stack


@pytest.fixture
def sqs(stack: Stack) -> Any:
    # A message is invisible for 2 s here: a cold start would outlast that, and the message come twice, as on AWS.
    stack.invoke("consumer", {"Records": []})
    return stack.client("sqs")


def send(sqs: Any, *bodies: str, **more: Any) -> None:
    url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body, **more)


def times(stack: Stack, body: str) -> int:
    """How often the function saw a message of that body."""
    item = stack.client("dynamodb").get_item(TableName="Seen", Key={"id": {"S": body}}).get("Item")
    return int(item["times"]["N"]) if item else 0


def dead(sqs: Any) -> list[str]:
    url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
    return [message["Body"] for message in messages]


def left(sqs: Any) -> int:
    url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


@pytest.mark.like_aws(
    "SQS", "Lambda gets each message in a batch, and what it took is deleted", differs="at least once"
)
def test_every_message_is_delivered_once_and_deleted(stack: Stack, sqs: Any) -> None:
    bodies = [f"message {number}" for number in range(25)]

    send(sqs, *bodies)

    assert until(lambda: left(sqs) == 0)
    assert [times(stack, body) for body in bodies] == [1] * 25


@pytest.mark.like_aws("SQS", "DelaySeconds holds a message back")
def test_a_delayed_message_is_delivered_too(stack: Stack, sqs: Any) -> None:
    send(sqs, "later", DelaySeconds=1)

    assert until(lambda: times(stack, "later") == 1)


@pytest.mark.like_aws(
    "SQS",
    "What batchItemFailures names comes again after the visibility timeout, and after maxReceiveCount "
    "goes to the dead letters",
)
def test_a_failed_item_comes_again_and_then_goes_to_the_dead_letters_alone(stack: Stack, sqs: Any) -> None:
    send(sqs, "bad", "good beside bad")

    assert until(lambda: "bad" in dead(sqs))
    assert times(stack, "bad") == 2
    assert times(stack, "good beside bad") == 1
    assert left(sqs) == 0


@pytest.mark.like_aws("SQS", "The whole batch of a failed call comes again")
def test_a_function_that_fails_loses_nothing_of_its_batch(stack: Stack, sqs: Any) -> None:
    send(sqs, "worst")

    assert until(lambda: "worst" in dead(sqs))
    assert times(stack, "worst") == 2


@pytest.mark.like_aws("Lambda", "An Event that failed for good is in the dead letter queue, and reported to OnFailure")
def test_a_failed_event_is_a_dead_letter_with_its_reason(stack: Stack) -> None:
    payload = b'{"do": "raise"}'
    stack.client("lambda").invoke(FunctionName="failing", InvocationType="Event", Payload=payload)

    dead, reported = (until(lambda name=name: _taken(stack, name)) for name in ("failed", "reported"))

    assert dead["Body"] == payload.decode()
    assert dead["MessageAttributes"]["ErrorCode"]["StringValue"] == "200"
    assert json.loads(reported["Body"])["requestContext"]["condition"] == "RetriesExhausted"


@pytest.mark.like_aws("SQS", "SentTimestamp and ApproximateFirstReceiveTimestamp are milliseconds since 1970")
def test_a_message_tells_to_the_millisecond_when_it_was_sent(stack: Stack) -> None:
    before = time.time() * 1000
    stack.client("sqs").send_message(QueueUrl=_url(stack, "reported"), MessageBody="timed")
    told = until(lambda: _taken(stack, "reported"))["Attributes"]

    sent, received = int(told["SentTimestamp"]), int(told["ApproximateFirstReceiveTimestamp"])
    assert before - 1 <= sent <= received <= time.time() * 1000


def _url(stack: Stack, name: str) -> str:
    return str(stack.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def _taken(stack: Stack, name: str) -> Any:
    """A message, which is deleted; None without one."""
    sqs, url = stack.client("sqs"), _url(stack, name)
    found = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    for message in found.get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return message
    return None
