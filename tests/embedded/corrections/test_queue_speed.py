import moto.core.utils
import pytest
from moto.sqs.models import sqs_backends

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION


@pytest.mark.saves
def test_a_queue_does_not_ask_the_calendar(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    stock = moto.core.utils.utcnow
    stack.client("sqs").create_queue(QueueName="timeless")
    queues = sqs_backends[ACCOUNT][REGION]
    monkeypatch.setattr(moto.core.utils, "utcnow", lambda: asked.append(1) or stock())

    queues.send_message("timeless", "now")
    received = queues.receive_message("timeless", 1, 0, 30)

    assert [message.body for message in received] == ["now"]
    assert asked == []
