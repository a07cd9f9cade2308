"""Invocations of type Event: tried again as the function's EventInvokeConfig says, and at last a dead letter.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import datetime
import heapq
import itertools
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.manners import Manner
from workbench.embedded.translate import REGION
from workbench.embedded.workers.outcome import Outcome, Throttled, UnknownFunction

LOG = logging.getLogger(__name__)
# Before the second and the third try of what failed.
WAITS_SECONDS = (60.0, 120.0)
# Before the next try of what was throttled: doubled each time.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 1.0, 300.0
# The first kilobyte of the reason is in a dead letter.
_REASON = 1024


@dataclass(slots=True)
class Event:
    """One accepted invocation. `name` may be `name:version`; `failures` and `throttles` so far."""

    name: str
    payload: bytes
    id: str
    accepted: float
    failures: int = 0
    throttles: int = 0


def next_wait(event: Event, manner: Manner, now: float, waits: Sequence[float] = WAITS_SECONDS) -> float | str:
    """Seconds until the next try of an event that was just refused or failed; or why there is none, as Lambda says it.

    `now` by the clock of `event.accepted`.
    """
    if event.failures > manner.retries:
        return "RetriesExhausted"
    wait = min(_SHORTEST_SECONDS * 2.0 ** min(event.throttles - 1, 10), _LONGEST_SECONDS)
    if event.failures and not event.throttles:
        wait = waits[min(event.failures, len(waits)) - 1]
    return wait if now + wait - event.accepted <= manner.age else "EventAgeExceeded"


class Later:
    """Runs events on threads of its own. `run` as `Pool.invoke`; `send` gets (queue, body, attributes)."""

    def __init__(
        self,
        run: Callable[[str, bytes], Outcome],
        send: Callable[[str, str, Mapping[str, Any]], None],
        threads: int,
        *,
        waits: Sequence[float] = WAITS_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.manners: Mapping[str, Manner] = {}
        self._run, self._send, self._waits, self._clock = run, send, waits, clock
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="later")
        self._changed, self._stopped = threading.Condition(), False
        self._waiting: list[tuple[float, int, Event]] = []
        self._numbers = itertools.count()
        self._timer = threading.Thread(target=self._keep_time, name="later-timer", daemon=True)
        self._timer.start()

    def accept(self, name: str, payload: bytes) -> None:
        """Returns at once. What waits, or runs, when everything closes is lost."""
        self._submit(Event(name, payload, str(uuid.uuid4()), self._clock()))

    def stop(self) -> None:
        """No further try, and no dead letter for what is ended from now on."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def close(self) -> None:
        """Wait for those that run; repeatable."""
        self.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._timer.join()

    def _submit(self, event: Event) -> None:
        # Refused only while everything is being closed, when no invocation would come to its end anyway.
        with suppress(RuntimeError):
            self._threads.submit(self._attempt, event)

    def _attempt(self, event: Event) -> None:
        try:
            outcome = self._run(event.name, event.payload)
        except (Throttled, OSError):  # the function is busy, or the machine
            outcome, event.throttles = None, event.throttles + 1
        except UnknownFunction:
            LOG.warning("An event for %s is dropped: there is no such function.", event.name)
            return
        if outcome is not None:
            event.failures, event.throttles = event.failures + 1, 0
            if not outcome.error:
                return
        manner = self.manners.get(event.name.partition(":")[0], Manner())
        wait = next_wait(event, manner, self._clock(), self._waits)
        with self._changed:
            if self._stopped:
                return
            if not isinstance(wait, str):
                heapq.heappush(self._waiting, (self._clock() + wait, next(self._numbers), event))
                self._changed.notify_all()
                return
        self._bury(event, manner, outcome, wait)

    def _keep_time(self) -> None:
        with self._changed:
            while not self._stopped:
                if self._waiting and self._waiting[0][0] <= self._clock():
                    self._submit(heapq.heappop(self._waiting)[2])
                    continue
                self._changed.wait(max(self._waiting[0][0] - self._clock(), 0) if self._waiting else None)

    def _bury(self, event: Event, manner: Manner, outcome: Outcome | None, reason: str) -> None:
        try:
            if manner.dead_letters:
                self._send(manner.dead_letters, event.payload.decode(), _attributes(event, outcome))
            if manner.on_failure:
                self._send(manner.on_failure, json.dumps(_record(event, outcome, reason)), {})
        except Exception:
            LOG.exception("The dead letter of an event for %s could not be sent", event.name)


def sending_by(sqs: Callable[[], Any]) -> Callable[[str, str, Mapping[str, Any]], None]:
    """What `Later` sends by: the client that `sqs` gives."""

    def send(queue: str, body: str, attributes: Mapping[str, Any]) -> None:
        url = sqs().get_queue_url(QueueName=queue)["QueueUrl"]
        sqs().send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)

    return send


def _attributes(event: Event, outcome: Outcome | None) -> dict[str, Any]:
    message = "Rate Exceeded." if outcome is None else str(outcome.value.get("errorMessage", ""))
    told = {
        "RequestID": ("String", event.id),
        "ErrorCode": ("Number", "429" if outcome is None else "200"),
        # SQS takes no empty attribute.
        "ErrorMessage": ("String", message[:_REASON] or "Unhandled"),
    }
    return {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in told.items()}


def _record(event: Event, outcome: Outcome | None, reason: str) -> dict[str, Any]:
    name, _, version = event.name.partition(":")
    told: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": event.id,
            "functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:{version or '$LATEST'}",
            "condition": reason,
            "approximateInvokeCount": event.failures,
        },
        "requestPayload": json.loads(event.payload),
    }
    if outcome is not None:
        told["responseContext"] = {
            "statusCode": 200,
            "executedVersion": version or "$LATEST",
            "functionError": outcome.error,
        }
        told["responsePayload"] = outcome.value
    return told
