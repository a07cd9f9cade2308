"""Connections that stay open, spoken to byte by byte."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.embedded.waiting import until
from workbench.embedded import connections, serving
from workbench.embedded.connections import LONGEST_BODY, KeepingHandler
from workbench.embedded.serving import Serving

THREAD = "http-request"


def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """/echo gives the body back, /pieces does not know how long it gets, /short breaks its word, /fail raises."""
    path = environ["PATH_INFO"]
    if path == "/fail":
        raise RuntimeError("as asked")
    if path == "/pieces":
        start("200 OK", [])
        return iter([b"one ", b"two"])
    if path == "/nothing":
        start("204 No Content", [])
        return []
    body = b"short" if path == "/short" else environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if path == "/unread":
        body = b""
    start("200 OK", [("Content-Length", str(len(body) + (path == "/short")))])
    return [body]


@pytest.fixture
def serves() -> Iterator[Serving]:
    bound = socket.create_server(("127.0.0.1", 0))
    running = Serving(application, bound, KeepingHandler)
    yield running
    running.close()


@pytest.fixture
def line(serves: Serving) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", serves.port), timeout=30) as connection:
        yield connection


def post(path: str, body: bytes, *more: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(head).encode() + body


def read(line: socket.socket, end: bytes) -> bytes:
    """Until `end`, or until the other side has closed."""
    got = b""
    while not got.endswith(end):
        piece = line.recv(65536)
        if not piece:
            break
        got += piece
    return got


def is_closed(line: socket.socket) -> bool:
    """Closed by the other side, when all that it sent has been read."""
    return line.recv(1) == b""


def threads() -> int:
    return sum(thread.name == THREAD for thread in threading.enumerate())


def test_one_connection_and_one_thread_answer_many_requests(line: socket.socket) -> None:
    before = threads()
    for word in (b"first", b"second", b"third"):
        line.sendall(post("/echo", word))
        assert read(line, word).startswith(b"HTTP/1.1 200 OK\r\n")

    assert threads() <= max(1, before)


def test_requests_sent_at_once_are_answered_in_order(line: socket.socket) -> None:
    line.sendall(post("/echo", b"first") + post("/unread", b"second") + post("/echo", b"third"))

    answers = read(line, b"third")

    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.index(b"first") < answers.index(b"third")


def test_an_answer_of_unknown_length_is_chunked_and_the_connection_stays(line: socket.socket) -> None:
    line.sendall(post("/pieces", b""))
    assert read(line, b"0\r\n\r\n").endswith(b"\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n")

    line.sendall(post("/echo", b"next"))
    assert read(line, b"next")


@pytest.mark.parametrize("request_line", [b"GET /nothing", b"HEAD /pieces", b"HEAD /nothing"])
def test_an_answer_without_body_has_none(line: socket.socket, request_line: bytes) -> None:
    line.sendall(request_line + b" HTTP/1.1\r\nHost: localhost\r\n\r\n" + post("/echo", b"next"))

    assert b"\r\n\r\nHTTP/1.1 200 OK" in read(line, b"next")


def test_who_asks_first_is_told_once_to_go_on(line: socket.socket) -> None:
    line.sendall(post("/echo", b"", "Expect: 100-continue").replace(b"Length: 0", b"Length: 4"))
    told = read(line, b"\r\n\r\n")
    line.sendall(b"body")

    assert (told + read(line, b"body")).count(b"100 Continue") == 1


@pytest.mark.parametrize(
    "request_bytes",
    [
        post("/echo", b"body", "Connection: close"),
        post("/short", b""),
        post("/fail", b""),
        post("/unread", b"x" * (LONGEST_BODY + 1)),
        post("/unread", b"", "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
        + b"1\r\nx\r\n0\r\n\r\n",
        post("/unread", b"x" * 9, "Content-Length: 9"),
        b"GET /echo HTTP/1.0\r\nHost: localhost\r\n\r\n",
    ],
    ids=["asked for", "a broken word", "a failure", "a long body", "a chunked body", "two lengths", "HTTP/1.0"],
)
def test_what_could_leave_something_on_the_line_ends_it(line: socket.socket, request_bytes: bytes) -> None:
    line.sendall(request_bytes)

    answer = read(line, b"never")

    assert answer.startswith(b"HTTP/1.1 500" if b"/fail" in request_bytes else b"HTTP/1.1 200")
    assert is_closed(line)


def test_half_a_request_is_not_answered(line: socket.socket) -> None:
    line.sendall(post("/echo", b"whole")[:-1])
    line.shutdown(socket.SHUT_WR)

    assert is_closed(line)


def test_an_idle_connection_ends_after_a_while(serves: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.01)
    with socket.create_connection(("127.0.0.1", serves.port), timeout=30) as line:
        assert is_closed(line)


def test_with_too_many_connections_an_answer_ends_its_own(
    serves: Serving, line: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "MOST_KEPT", 0)
    line.sendall(post("/echo", b"body"))

    assert b"Connection: close" in read(line, b"body")
    assert is_closed(line)


def test_idle_connections_end_with_the_server_and_leave_no_thread(serves: Serving) -> None:
    lines = [socket.create_connection(("127.0.0.1", serves.port), timeout=30) for _ in range(5)]
    for line in lines:
        line.sendall(post("/echo", b"body"))
        read(line, b"body")

    began = time.monotonic()
    serves.close()

    assert time.monotonic() - began < 3
    assert until(lambda: threads() == 0)
    assert all(is_closed(line) for line in lines)
    for line in lines:
        line.close()
