"""The Lambda Runtime API for one worker: what AWS serves inside the sandbox, on a port of 127.0.0.1.

GET /2018-06-01/runtime/invocation/next             waits for an invocation
POST /2018-06-01/runtime/invocation/<id>/response   its result
POST /2018-06-01/runtime/invocation/<id>/error      or its error
POST /2018-06-01/runtime/init/error                 the handler could not even be imported
"""

import json
import queue
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Bytes; what is posted beyond them is read and thrown away.
LARGEST_RESPONSE = 6_291_556
_LOOK_SECONDS, _PIECE = 0.2, 1 << 16
_BASE = "/2018-06-01/runtime"


@dataclass(slots=True)
class Invocation:
    """One call of the function. `started`: monotonic seconds, None until the worker took it."""

    payload: bytes
    timeout: float
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the worker posted: `kind` is "response", "error" or "init"."""

    kind: str
    body: bytes


class RuntimeApi:
    """Hands invocations to one worker and takes its answers, one at a time."""

    def __init__(self, function_arn: str) -> None:
        self.function_arn = function_arn
        # Set when the worker asks for its first invocation: its handler is imported.
        self.ready = threading.Event()
        self.invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._in_hand: str | None = None
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK_SECONDS,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """host:port, for AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_port}"

    def take(self) -> Invocation | None:
        """The next invocation, for the worker; None when there will be none."""
        self.ready.set()
        invocation = self.invocations.get()
        if invocation is None:
            # For every other thread that waits here.
            self.invocations.put(None)
            return None
        with self._lock:
            self._in_hand, invocation.started = invocation.request_id, time.monotonic()
        return invocation

    def accept(self, request_id: str, answer: Answer) -> bool:
        """Whether the invocation is the one in hand: one is answered once, and by no other's id."""
        with self._lock:
            if request_id != self._in_hand:
                return False
            self._in_hand = None
        self.answers.put(answer)
        return True

    def close(self) -> None:
        """Call it when the worker is dead: its connection must be closed by then."""
        self.invocations.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """One connection is all a worker needs, but a handler that opens another must not wait for it."""

    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look its own address up in the DNS, which takes seconds on some networks.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that is killed leaves its connection broken; that is not news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without these two, a call waits twice 40 ms for delayed acknowledgements.
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        api: RuntimeApi = self.server.api  # type: ignore[attr-defined]
        if self.path != f"{_BASE}/invocation/next":
            self._refuse(404, "NotFound", f"There is no {self.path} in the Runtime API.")
            return
        invocation = api.take()
        if invocation is None:
            self.close_connection = True
            return
        self._send(200, invocation.payload, self._headers_of(invocation, api.function_arn))

    def do_POST(self) -> None:
        api: RuntimeApi = self.server.api  # type: ignore[attr-defined]
        try:
            body = _bounded(self._chunks())
        except ValueError:
            self.close_connection = True
            self._refuse(400, "InvalidRequest", "The length of the body is no number.")
            return
        match self.path.removeprefix(_BASE).split("/"):
            case ["", "init", "error"]:
                api.answers.put(Answer("init", body))
            case ["", "invocation", request_id, "response" | "error" as kind]:
                if not api.accept(request_id, Answer(kind, body)):
                    self._refuse(400, "InvalidRequestID", f"The invocation in hand is not {request_id}.")
                    return
            case _:
                self._refuse(404, "NotFound", f"There is no {self.path} in the Runtime API.")
                return
        self._send(202, b'{"status":"OK"}', {})

    def _refuse(self, code: int, error_type: str, message: str) -> None:
        self._send(code, json.dumps({"errorType": error_type, "errorMessage": message}).encode(), {})

    def log_message(self, *_args: Any) -> None:
        """Nothing: the function's own lines are its log."""

    def _headers_of(self, invocation: Invocation, arn: str) -> dict[str, str]:
        now = time.time()
        return {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((now + invocation.timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(now):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }

    def _chunks(self) -> Iterator[bytes]:
        """The body in small pieces. Raises `ValueError` for a length that is no number."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            yield from self._pieces(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline(_PIECE).split(b";")[0], 16):
            yield from self._pieces(size)
            self.rfile.readline(_PIECE)
        self.rfile.readline(_PIECE)

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size > 0 and (piece := self.rfile.read(min(size, _PIECE))):
            size -= len(piece)
            yield piece

    def _send(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _bounded(pieces: Iterable[bytes]) -> bytes:
    """All of a body that Lambda takes; of a longer one so much that it is seen to be too long."""
    body = bytearray()
    for piece in pieces:
        body += piece[: max(0, LARGEST_RESPONSE + 1 - len(body))]
    return bytes(body)
