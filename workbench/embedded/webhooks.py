"""What EventBridge does for an API destination: an HTTPS request for each event, tried again, at last a dead letter."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# EventBridge tries for a day. A person who tries a receiver out wants to see the dead letter before the coffee.
WAITS_SECONDS = (0.2, 0.4, 0.8, 1.6)
# EventBridge ends a request that takes longer.
_ANSWER_SECONDS = 5.0
_AGAIN = frozenset({401, 407, 409, 429})
_AT_ONCE = 8
_SENT = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Amazon/EventBridge/ApiDestinations"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one API destination. `retries`: at most, as the target says; `dead_letters`: a queue's ARN.

    `per_second`: the destination's rate limit; `rule` and `target` are ARNs, for the dead letter.
    """

    rule: str
    target: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: str
    per_second: float
    retries: int
    dead_letters: str | None


class Deliveries:
    """Runs deliveries on threads of its own; `sqs` is the client that dead letters are sent by."""

    def __init__(self, sqs: Callable[[], Any], waits: tuple[float, ...] = WAITS_SECONDS) -> None:
        """`waits`: seconds before each retry; there are no more retries than waits."""
        self._sqs, self._waits = sqs, waits
        self._closed, self._lock = threading.Event(), threading.Lock()
        self._free_at: dict[str, float] = {}
        self._open: set[_Connection] = set()
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook")

    def accept(self, delivery: Delivery) -> None:
        """Returns at once. What is not delivered when everything closes is lost."""
        with suppress(RuntimeError):  # closing
            self._threads.submit(self._deliver, delivery)

    def close(self) -> None:
        """Waits for nobody: connections to receivers that have not answered are cut."""
        with self._lock:
            self._closed.set()
            under_way = list(self._open)
        for connection in under_way:
            connection.cut()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _deliver(self, delivery: Delivery) -> None:
        waits = self._waits[: delivery.retries]
        for wait in (*waits, None):
            if self._closed.wait(self._until_free(delivery)):
                return
            code, problem = self._send(delivery)
            if not problem or self._closed.is_set():
                return
            if wait is None or not _is_worth_another(code):
                break
            if self._closed.wait(wait):
                return
        self._bury(delivery, code, problem)

    def _send(self, delivery: Delivery) -> tuple[int | None, str]:
        """As `send`, in the knowledge of `close`."""
        connection = _Connection(delivery.url)
        with self._lock:
            if self._closed.is_set():
                return None, "Everything is being closed."
            self._open.add(connection)
        try:
            return send(delivery, connection)
        finally:
            with self._lock:
                self._open.discard(connection)

    def _until_free(self, delivery: Delivery) -> float:
        """Seconds until the destination's rate limit lets the next request through, which is then taken."""
        with self._lock:
            now = time.monotonic()
            free = max(now, self._free_at.get(delivery.target, now))
            self._free_at[delivery.target] = free + 1 / delivery.per_second
        return free - now

    def _bury(self, delivery: Delivery, code: int | None, problem: str) -> None:
        if delivery.dead_letters is None:
            return
        sqs, name = self._sqs(), delivery.dead_letters.rpartition(":")[2]
        told = {
            "RULE_ARN": delivery.rule,
            "TARGET_ARN": delivery.target,
            "ERROR_CODE": "SDK_CLIENT_ERROR" if code is None else "API_DESTINATION_ERROR",
            "ERROR_MESSAGE": problem,
        }
        sqs.send_message(
            QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"],
            MessageBody=delivery.body,
            MessageAttributes={key: {"DataType": "String", "StringValue": value} for key, value in told.items()},
        )


class _Connection(http.client.HTTPSConnection):
    """Verifies the receiver's certificate against the system's trust store, or that of SSL_CERT_FILE; can be cut."""

    def __init__(self, url: str) -> None:
        at, self._context = urlsplit(url), ssl.create_default_context()
        super().__init__(at.hostname or "", at.port, timeout=_ANSWER_SECONDS, context=self._context)
        self._below: socket.socket | None = None

    def connect(self) -> None:
        """As ever, but what is below TLS stays in reach: the handshake may wait for an answer too."""
        http.client.HTTPConnection.connect(self)
        self._below = self.sock.dup()
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """Whoever reads from it gets an error at once; a thread that is just connecting has its five seconds."""
        if self._below is not None:
            with suppress(OSError):
                self._below.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Both."""
        super().close()
        if self._below is not None:
            self._below.close()


def send(delivery: Delivery, connection: http.client.HTTPConnection) -> tuple[int | None, str]:
    """One request: (HTTP status or None where there was no answer, what was wrong or "").

    Redirects are not followed.
    """
    at = urlsplit(delivery.url)
    path = (at.path or "/") + (f"?{at.query}" if at.query else "")
    try:
        connection.request(delivery.method, path, delivery.body.encode(), {**_SENT, **delivery.headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        return None, f"{type(problem).__name__}: {problem}"
    finally:
        connection.close()
    return status, "" if 200 <= status < 300 else f"The receiver answered {status}."


def _is_worth_another(code: int | None) -> bool:
    return code is None or code >= 500 or code in _AGAIN
