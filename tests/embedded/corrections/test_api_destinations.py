import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded.https_receiver import Receiver, receiver
from tests.embedded.waiting import until
from workbench.embedded.running import Stack

SECRET = "a secret of the tests"
QUEUE = "undelivered"


@pytest.fixture(scope="module")
def hook(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with (
        receiver(tmp_path_factory.mktemp("hook"), SECRET) as (ours, certificate),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(certificate))
        stack.client("sqs").create_queue(QueueName=QUEUE)
        yield ours


def send_to(stack: Stack, url: str, source: str, secret: str = SECRET, **policy: Any) -> None:
    """A rule that posts the source's events to `url`, and one event."""
    events = stack.client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Roughcut-Secret", "ApiKeyValue": secret}}
    connection = events.create_connection(Name=source, AuthorizationType="API_KEY", AuthParameters=key)
    destination = events.create_api_destination(
        Name=source,
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint=url,
        HttpMethod="POST",
        InvocationRateLimitPerSecond=50,
    )
    events.put_rule(Name=source, EventPattern=json.dumps({"source": [source]}))
    target = {
        "Id": "hook",
        "Arn": destination["ApiDestinationArn"],
        "RoleArn": "arn:aws:iam::123456789012:role/hook",
        "DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:123456789012:{QUEUE}"},
        **policy,
    }
    events.put_targets(Rule=source, Targets=[target])
    entry = {"Source": source, "DetailType": "Small Event", "Detail": json.dumps({"of": source})}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def dead_letter(stack: Stack) -> tuple[dict[str, Any], dict[str, str]]:
    """(the event, the attributes) of the next dead letter."""
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def look() -> Any:
        return sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages")

    (message,) = until(look)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    return json.loads(message["Body"]), told


@pytest.mark.like_aws(
    "EventBridge",
    "An API destination gets the event with the connection's key; 401, 407, 409, 429, 5xx and silence are tried again",
    differs="four retries within three seconds, not 185 in a day; keys only, no OAuth",
)
def test_a_receiver_that_fails_twice_gets_the_event_once_more(stack: Stack, hook: Receiver) -> None:
    hook.answers = [500, 503]

    send_to(stack, hook.url(), "twice")
    until(lambda: len(hook.got) == 3)
    send_to(stack, hook.url(), "after")
    until(lambda: len(hook.got) == 4)

    assert [(status, event["source"]) for status, event in hook.got] == [
        (500, "twice"),
        (503, "twice"),
        (200, "twice"),
        (200, "after"),
    ]
    event = hook.got[0][1]
    assert (event["detail-type"], event["detail"]) == ("Small Event", {"of": "twice"})
    assert len({event["id"] for _, event in hook.got[:3]}) == 1
    assert hook.refused == 0


@pytest.mark.like_aws("EventBridge", "What is not delivered is a dead letter that names rule, target and error")
def test_a_receiver_that_is_down_has_its_event_in_the_dead_letter_queue(stack: Stack, hook: Receiver) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        send_to(stack, f"https://localhost:{deaf.getsockname()[1]}/", "down", RetryPolicy={"MaximumRetryAttempts": 1})
        event, told = dead_letter(stack)

    assert event["detail"] == {"of": "down"}
    assert told["RULE_ARN"].endswith(":rule/down") and ":api-destination/down/" in told["TARGET_ARN"]
    assert "refused" in told["ERROR_MESSAGE"]


def test_a_request_that_the_receiver_refuses_is_not_tried_again(stack: Stack, hook: Receiver) -> None:
    before, hook.answers = len(hook.got), [404]

    send_to(stack, hook.url(), "refused")

    assert dead_letter(stack)[1]["ERROR_MESSAGE"] == "The receiver answered 404."
    assert len(hook.got) == before + 1


def test_a_wrong_secret_reaches_nobody(stack: Stack, hook: Receiver) -> None:
    before = len(hook.got)

    send_to(stack, hook.url(), "stranger", "another secret entirely", RetryPolicy={"MaximumRetryAttempts": 0})

    assert dead_letter(stack)[1]["ERROR_MESSAGE"] == "The receiver answered 401."
    assert (hook.refused, len(hook.got)) == (1, before)


@pytest.mark.like_aws(
    "EventBridge", "A receiver whose certificate is for another name, or of nobody known, gets nothing"
)
@pytest.mark.parametrize("trusts", [True, False])
def test_a_receiver_that_cannot_prove_its_name_gets_nothing(
    stack: Stack, hook: Receiver, trusts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not trusts:
        monkeypatch.delenv("SSL_CERT_FILE")
    before, name = len(hook.got), "127.0.0.1" if trusts else "localhost"

    send_to(stack, hook.url(name), f"unproven-{trusts}", RetryPolicy={"MaximumRetryAttempts": 0})

    assert "certificate verify failed" in dead_letter(stack)[1]["ERROR_MESSAGE"]
    assert len(hook.got) == before
