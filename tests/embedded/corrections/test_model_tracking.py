import pytest
from moto.sqs.models import Message

from workbench.embedded.running import Stack


@pytest.mark.saves
def test_a_message_that_is_gone_is_not_kept(stack: Stack) -> None:
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="forgotten")["QueueUrl"]

    sqs.send_message(QueueUrl=url, MessageBody="soon gone")

    assert not [kept for kept in Message.instances_tracked if kept.body == "soon gone"]
