import threading

import pytest
from botocore.exceptions import ClientError
from moto.core.base_backend import backend_lock
from moto.sqs.models import SQSBackend, sqs_backends

from tests.embedded.waiting import PATIENCE_SECONDS, until
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections import queue_removal
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION


@pytest.mark.like_aws("SQS", "A long poll of a deleted queue ends with QueueDoesNotExist", differs="within a minute")
def test_a_long_poll_ends_with_its_queue(stack: Stack) -> None:
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="short-lived")["QueueUrl"]
    ends: list[str] = []
    polling = threading.Event()

    def poll() -> None:
        try:
            polling.set()
            sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
            ends.append("no message in 20 s")
        except ClientError as problem:
            ends.append(problem.response["Error"]["Code"])

    poller = threading.Thread(target=poll)
    poller.start()
    polling.wait(PATIENCE_SECONDS)
    sqs.delete_queue(QueueUrl=url)

    (end,) = until(lambda: ends)
    poller.join()
    assert end == "AWS.SimpleQueueService.NonExistentQueue"


def test_no_queue_and_no_reset_of_moto_wait_for_each_other(stack: Stack) -> None:
    """Else the end of a stack could hang: with moto's lock held, or a queue's, both must go on."""
    queue = sqs_backends[ACCOUNT][REGION].create_queue("contended", {})
    told: list[str] = []
    other = SQSBackend(REGION, ACCOUNT)
    other.queues["contended"] = queue

    with backend_lock, queue._messages_lock:
        work = (lambda: told.append(str(queue_removal._is_gone(queue))), lambda: told.append(str(other.reset())))
        threads = [threading.Thread(target=each, daemon=True) for each in work]
        for thread in threads:
            thread.start()
            thread.join(PATIENCE_SECONDS)

        assert told == ["False", "None"]
    until(lambda: queue_removal._is_gone(queue))
