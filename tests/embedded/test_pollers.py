"""What of a batch stays in the queue."""

from typing import Any

import pytest

from workbench.embedded.pollers import EventSource, failures, record
from workbench.embedded.workers.outcome import Outcome

BATCH = ["a", "b", "c"]
SOURCE = EventSource("arn:aws:sqs:us-east-1:1:inbox", "http://inbox", "consumer", 10, 0, 1, True, "us-east-1")


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
