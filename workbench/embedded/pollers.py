"""SQS event sources: read a queue in batches, hand them to the function, delete what it dealt with.

What the function fails on becomes visible again when the queue says so, and the queue's redrive policy counts.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from workbench.embedded.workers.outcome import Outcome, Throttled

LOG = logging.getLogger(__name__)
# SQS's own limits: messages per receive, seconds per long poll.
_PER_RECEIVE, _LONGEST_POLL = 10, 20
_PATIENCE_SECONDS = 1.0
# After an endpoint that does not answer.
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class EventSource:
    """`window`: seconds to wait for a batch to fill. `concurrency`: batches in the function's hands at once.

    `partial`: the function answers with the items it failed on (ReportBatchItemFailures).
    """

    queue_arn: str
    queue_url: str
    function: str
    batch_size: int
    window: float
    concurrency: int
    partial: bool
    region: str


class Poller:
    """One event source at work, in as many threads as batches may run at once."""

    def __init__(self, source: EventSource, sqs: Any, invoke: Callable[[str, bytes], Outcome]) -> None:
        self._source, self._sqs, self._invoke = source, sqs, invoke
        self._stopping = threading.Event()
        name = f"poll-{source.queue_arn.rpartition(':')[2]}"
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(source.concurrency)
        ]

    def start(self) -> None:
        """Begin to poll."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Receive no more; the poll in hand ends when the endpoint does."""
        self._stopping.set()

    def join(self, end: float) -> None:
        """Wait for the threads, until `end` (of time.monotonic) at most."""
        for thread in self._threads:
            thread.join(max(0, end - time.monotonic()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.deliver(self.gather())
            except Exception:
                if self._stopping.is_set():
                    return
                LOG.exception("The queue %s could not be served", self._source.queue_arn)
                self._stopping.wait(_PAUSE_SECONDS)

    def gather(self) -> list[dict[str, Any]]:
        """A batch: what is there, and what comes within the window while it is not full."""
        messages = self._receive(self._source.batch_size, _LONGEST_POLL)
        end = time.monotonic() + self._source.window
        while messages and len(messages) < self._source.batch_size and time.monotonic() < end:
            missing = self._source.batch_size - len(messages)
            messages += self._receive(missing, max(0, round(end - time.monotonic())))
        return messages

    def _receive(self, count: int, seconds: int) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._source.queue_url,
            MaxNumberOfMessages=min(count, _PER_RECEIVE),
            WaitTimeSeconds=min(seconds, _LONGEST_POLL),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def deliver(self, messages: list[dict[str, Any]]) -> None:
        """Invoke the function with one batch, and delete what it did not report as failed."""
        if not messages:
            return
        event = {"Records": [record(message, self._source) for message in messages]}
        try:
            outcome = self._invoke(self._source.function, json.dumps(event).encode())
        except Throttled:
            return
        failed = failures(outcome, [message["MessageId"] for message in messages], partial=self._source.partial)
        self._delete(message for message in messages if message["MessageId"] not in failed)

    def _delete(self, messages: Iterable[dict[str, Any]]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
        for first in range(0, len(entries), _PER_RECEIVE):
            self._sqs.delete_message_batch(
                QueueUrl=self._source.queue_url, Entries=entries[first : first + _PER_RECEIVE]
            )


def await_end(pollers: Iterable[Poller]) -> None:
    """Of polls that are being answered while everything closes; they have a second, all together."""
    end = time.monotonic() + _PATIENCE_SECONDS
    for poller in pollers:
        poller.join(end)


def record(message: dict[str, Any], source: EventSource) -> dict[str, Any]:
    """A message of ReceiveMessage as Lambda's event has it."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "md5OfBody": message["MD5OfBody"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()},
        "eventSource": "aws:sqs",
        "eventSourceARN": source.queue_arn,
        "awsRegion": source.region,
    }


def failures(outcome: Outcome, batch: list[str], *, partial: bool) -> set[str]:
    """Message ids that stay in the queue. An answer that Lambda cannot read fails the whole batch, as on AWS."""
    everything = set(batch)
    if outcome.error:
        return everything
    answer = outcome.value
    if not partial or not answer:
        return set()
    try:
        reported = {item["itemIdentifier"] for item in answer.get("batchItemFailures") or ()}
    except (AttributeError, KeyError, TypeError):
        return everything
    return reported if reported <= everything else everything


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "stringValue": value.get("StringValue"),
        "dataType": value["DataType"],
        "stringListValues": [],
        "binaryListValues": [],
    }
