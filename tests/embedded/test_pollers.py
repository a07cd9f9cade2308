"""What of a batch stays in the queue."""

import dataclasses
from typing import Any

import pytest

from workbench.embedded.pollers import EventSource, Poller, failures, record
from workbench.embedded.workers.outcome import Outcome

BATCH = ["a", "b", "c"]
SOURCE = EventSource("arn:aws:sqs:us-east-1:1:inbox", "http://inbox", "consumer", 10, 0, 1, True, "us-east-1")


@pytest.mark.like_aws("SQS", "A report of failures that cannot be read keeps the whole batch")
@pytest.mark.parametrize(
    ("answer", "stays"),
    [
        (b"null", set()),
        (b"{}", set()),
        (b'{"batchItemFailures": []}', set()),
        (b'{"batchItemFailures": null}', set()),
        (b'{"batchItemFailures": [{"itemIdentifier": "b"}]}', {"b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}', set(BATCH)),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', set(BATCH)),
        (b'{"batchItemFailures": [{"wrong": "b"}]}', set(BATCH)),
        (b'{"batchItemFailures": 7}', set(BATCH)),
        (b'"text"', set(BATCH)),
    ],
)
def test_what_was_reported_stays_and_an_unreadable_report_keeps_all(answer: bytes, stays: set[str]) -> None:
    assert failures(Outcome(answer), BATCH, partial=True) == stays


def test_without_partial_failures_an_answer_does_not_matter() -> None:
    answer = b'{"batchItemFailures": [{"itemIdentifier": "b"}]}'

    assert failures(Outcome(answer), BATCH, partial=False) == set()


@pytest.mark.parametrize("partial", [True, False])
def test_a_failed_function_keeps_all(partial: bool) -> None:
    assert failures(Outcome(b"{}", "Unhandled"), BATCH, partial=partial) == set(BATCH)


@pytest.mark.like_aws("SQS", "A record has the fields that Lambda gives it")
def test_a_record_is_what_lambda_makes_of_a_message() -> None:
    message: dict[str, Any] = {
        "MessageId": "a",
        "ReceiptHandle": "r",
        "Body": "text",
        "MD5OfBody": "md5",
        "Attributes": {"ApproximateReceiveCount": "1"},
        "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "film"}},
    }

    made = record(message, SOURCE)

    assert (made["messageId"], made["body"], made["receiptHandle"]) == ("a", "text", "r")
    assert (made["eventSource"], made["eventSourceARN"]) == ("aws:sqs", SOURCE.queue_arn)
    assert made["attributes"] == {"ApproximateReceiveCount": "1"}
    assert made["messageAttributes"]["kind"]["stringValue"] == "film"


class Queue:
    """Gives the prepared batches, then nothing; remembers what it was asked."""

    def __init__(self, *batches: int) -> None:
        self._batches, self.asked = list(batches), []

    def receive_message(self, **question: Any) -> dict[str, Any]:
        self.asked.append((question["MaxNumberOfMessages"], question["WaitTimeSeconds"]))
        count = self._batches.pop(0) if self._batches else 0
        return {"Messages": [{"MessageId": str(number)} for number in range(count)]}


def gathered(queue: Queue, *, size: int, window: float) -> int:
    source = dataclasses.replace(SOURCE, batch_size=size, window=window)
    return len(Poller(source, queue, lambda _name, _event: Outcome(b"null")).gather())


def test_without_a_window_a_batch_is_what_one_look_finds() -> None:
    queue = Queue(3, 3)

    assert gathered(queue, size=10, window=0) == 3
    assert queue.asked == [(10, 20)]


@pytest.mark.like_aws(
    "SQS", "A batching window fills a batch, and no batch is larger than BatchSize", differs="a batch ends at 6 MB too"
)
def test_a_window_fills_a_batch_in_several_looks_and_never_beyond_its_size() -> None:
    queue = Queue(10, 10, 5)

    assert gathered(queue, size=25, window=300) == 25
    assert queue.asked == [(10, 20), (10, 20), (5, 20)]


def test_an_empty_queue_is_not_waited_for_again_within_a_window() -> None:
    queue = Queue()

    assert gathered(queue, size=10, window=300) == 0
    assert len(queue.asked) == 1
