"""A handler that keeps a connection for the client's next request.

Werkzeug closes every connection after one answer, so that each call of AWS costs a connection and a thread: a fifth of
the process's work. A connection is kept only if nothing of a request can be left on it: its body is short and was read
whole, ahead of the application. Anything else is answered by werkzeug, which closes.
"""

import io
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.exceptions import InternalServerError
from werkzeug.serving import WSGIRequestHandler

# A client that looks for a dropped connection before it writes, as every SDK does, finds out that its time is over.
IDLE_SECONDS = 60.0
# Read ahead, on as many connections as there are.
LONGEST_BODY = 1024 * 1024
_WITHOUT_BODY = ("1", "204", "304")


class KeepingHandler(WSGIRequestHandler):
    """Answers requests on one connection, one after the other, until one of both sides has enough."""

    # Nagle's algorithm would wait for an acknowledgement between headers and body (40 ms).
    disable_nagle_algorithm = True

    def log_request(self, *_args: Any, **_named: Any) -> None:
        """Nothing: a line per request helps nobody here."""

    def log_error(self, *_args: Any, **_named: Any) -> None:
        """Nothing: it is clients that sent nothing, or nonsense and were told so."""

    def handle_one_request(self) -> None:
        """Wait for a request, for a while, and answer it, however long that takes."""
        self.connection.settimeout(IDLE_SECONDS)
        super().handle_one_request()

    def handle_expect_100(self) -> bool:
        """Once: werkzeug would say it again."""
        del self.headers["Expect"]
        return super().handle_expect_100()

    def run_wsgi(self) -> None:
        """Called for any method, when the headers have been read."""
        length = self._length()
        body = None if length is None else self.rfile.read(length)
        self.connection.settimeout(None)
        if body is None:
            super().run_wsgi()
        elif len(body) == length:
            self._answer(body)
        else:
            self.close_connection = True

    def _length(self) -> int | None:
        """Of the body in bytes; None if it is long, or of a length that only its end will tell."""
        lengths = self.headers.get_all("Content-Length", ["0"])
        if self.request_version != "HTTP/1.1" or "Transfer-Encoding" in self.headers or len(lengths) != 1:
            return None
        text = lengths[0].strip()
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST_BODY))
        return int(text) if plain and int(text) <= LONGEST_BODY else None

    def _answer(self, body: bytes) -> None:
        environ: dict[str, Any] = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        answer = Answer(self.command, self.wfile.write, self.date_time_string, closes=self._is_last())
        try:
            self._run(self.server.app, environ, answer)
        except OSError:
            # The client has gone, and with it whoever could be told.
            self.close_connection = True
        if answer.closes:
            self.close_connection = True

    def _run(self, application: WSGIApplication, environ: dict[str, Any], answer: "Answer") -> None:
        try:
            answer.give(application(environ, answer.start))
        except ConnectionError:
            raise
        except Exception:
            self.server.log("error", "Error on request:\n%s", traceback.format_exc())
            answer.closes = True
            if not answer.begun:
                answer.give(InternalServerError()(environ, answer.start))

    def _is_last(self) -> bool:
        """Whether the client has said so, or others need the thread."""
        has_room: Callable[[], bool] = getattr(self.server, "has_room", lambda: True)
        return self.close_connection or not has_room()


class Answer:
    """What an application answers to a request of `method`, on its way to the client through `send`."""

    def __init__(self, method: str, send: Callable[[bytes], Any], now: Callable[[], str], *, closes: bool) -> None:
        self.closes, self.begun = closes, False
        self._send, self._now = send, now
        self._has_body = method != "HEAD"
        self._status, self._headers = "", dict[str, str]()
        self._lines: list[str] = []
        self._missing: int | None = None

    def start(self, status: str, headers: list[tuple[str, str]], _problem: Any = None) -> Callable[[bytes], object]:
        """WSGI's start_response. Until the first bytes have been sent, it may be called again."""
        self._status, self._lines = status, [f"{name}: {value}" for name, value in headers]
        self._headers = {name.lower(): value for name, value in headers}
        return self._write

    def give(self, content: Iterable[bytes]) -> None:
        """Send all of it, and close it. A length that was not kept ends the connection."""
        try:
            for part in content:
                if part:
                    self._write(part)
            self._end()
        finally:
            close = getattr(content, "close", None)
            if close is not None:
                close()

    def _write(self, part: bytes) -> None:
        head = b"" if self.begun else self._begin()
        if self._has_body and self._missing is None:
            part = b"%x\r\n%b\r\n" % (len(part), part) if part else b""
        elif self._has_body and self._missing is not None:
            self._missing -= len(part)
        else:
            part = b""
        # One packet for a small answer, and no second copy of a large one.
        for piece in (head + part,) if len(part) < LONGEST_BODY else (head, part):
            if piece:
                self._send(piece)

    def _begin(self) -> bytes:
        self.begun = True
        self._has_body = self._has_body and not self._status.startswith(_WITHOUT_BODY)
        length = self._headers.get("content-length", "")
        self._missing = int(length) if length.isdigit() else None
        if self._has_body and self._missing is None:
            self._lines.append("Transfer-Encoding: chunked")
        if "date" not in self._headers:
            self._lines.append(f"Date: {self._now()}")
        self._lines += ["Connection: close"] if self.closes else []
        return "\r\n".join([f"HTTP/1.1 {self._status}", *self._lines, "", ""]).encode("latin-1")

    def _end(self) -> None:
        if not self.begun:
            self._write(b"")
        if self._has_body and self._missing is None:
            self._send(b"0\r\n\r\n")
        elif self._has_body and self._missing:
            self.closes = True
