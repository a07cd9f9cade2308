import threading

import pytest
from botocore.exceptions import ClientError

from tests.embedded.waiting import PATIENCE_SECONDS, until
from workbench.embedded.running import Stack


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
