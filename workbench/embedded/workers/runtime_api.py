"""The Lambda Runtime API for one worker: what AWS serves inside the sandbox, on a port of 127.0.0.1.

GET /2018-06-01/runtime/invocation/next             waits for an invocation
POST /2018-06-01/runtime/invocation/<id>/response   its result
POST /2018-06-01/runtime/invocation/<id>/error      or its error
POST /2018-06-01/runtime/init/error                 the handler could not even be imported
"""

import queue
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

_LOOK_SECONDS = 0.2


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
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK_SECONDS,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """host:port, for AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Call it when the worker is dead: its connection must be closed by then."""
        self.invocations.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(HTTPServer):
    """One connection at a time is all a worker needs."""

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
        api.ready.set()
        invocation = api.invocations.get()
        if invocation is None:
            self.close_connection = True
            return
        invocation.started = time.monotonic()
        self._send(200, invocation.payload, self._headers_of(invocation, api.function_arn))

    def do_POST(self) -> None:
        api: RuntimeApi = self.server.api  # type: ignore[attr-defined]
        body = b"".join(self._chunks())
        kind = "init" if self.path.endswith("/init/error") else self.path.rpartition("/")[2]
        api.answers.put(Answer(kind, body))
        self._send(202, b'{"status":"OK"}', {})

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
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            yield self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
