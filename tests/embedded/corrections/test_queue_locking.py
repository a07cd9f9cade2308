import pytest
from moto.sqs.models import Message

from tests.embedded.corrections.meeting import both, meet_before
from workbench.embedded.running import Stack


@pytest.mark.like_aws(
    "SQS",
    "A message that one receiver holds is hidden from the others",
    differs="at least once: two receivers can get one message, which the dispatcher's rows withstand",
)
def test_two_receivers_never_get_the_same_message(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="one-for-one")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="only one")
    meet_before(monkeypatch, Message, "mark_received")

    received = both(lambda: sqs.receive_message(QueueUrl=url, VisibilityTimeout=30).get("Messages", []))

    assert sorted(len(messages) for messages in received) == [0, 1]
