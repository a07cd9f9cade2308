"""Stands before the AWS endpoint: nothing is answered that a kill could still undo, or that there is no room for."""

import io
import json
import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from workbench.embedded.keeping import objects
from workbench.embedded.keeping.journal import Journal, NotKept

# Reads, and invocations, whose writes are requests of their own.
_READS = re.compile(r"(Get|BatchGet|Describe|List|Query|Scan|TransactGet|Head)")
_NEW_CLIP = re.compile(r"/sessions/[^/]+/videos/")


class State(Enum):
    """Who is let in."""

    STARTING = "starting"  # ourselves: what is kept is not there yet
    OPEN = "open"
    CLOSED = "closed"  # nobody: nothing is noted any more


class _Answer:
    """Takes the place of `start_response` until the answer may leave."""

    def __init__(self) -> None:
        self.begun: tuple[Any, ...] = ()

    def __call__(self, *begun: Any) -> Callable[[bytes], object]:
        self.begun = begun
        return _write


class Gate:
    """`mark` is in the User-Agent of our own clients. `room` is the reason why nothing new is taken, or nothing."""

    def __init__(self, application: WSGIApplication, journal: Journal, mark: str, room: Callable[[], str]) -> None:
        self._application, self._journal, self._mark, self._room = application, journal, mark, room
        self.state = State.STARTING

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._is_shut(environ):
            return _refuse(environ, start_response, "503 Service Unavailable", "ServiceUnavailable", "Try again soon.")
        full = self._room() if _brings_more(environ) else ""
        if full:
            return _refuse(environ, start_response, "507 Insufficient Storage", "InsufficientStorage", full)
        answer = _Answer()
        body = self._application(environ, answer)
        problem = self._settle(environ)
        if self._is_shut(environ):
            return _refuse(environ, start_response, "503 Service Unavailable", "ServiceUnavailable", "Try again soon.")
        if problem:
            return _refuse(environ, start_response, "507 Insufficient Storage", "InsufficientStorage", problem)
        start_response(*answer.begun)
        return body

    def _is_shut(self, environ: WSGIEnvironment) -> bool:
        is_ours = self._mark in environ.get("HTTP_USER_AGENT", "")
        return self.state is State.CLOSED or (self.state is State.STARTING and not is_ours)

    def _settle(self, environ: WSGIEnvironment) -> str:
        """Why this request cannot be answered as it was done."""
        problem = objects.finish_request()
        try:
            self._journal.settle()
        except NotKept as unkept:
            problem = problem or f"The change is not on the disk ({unkept}), and is made when there is room."
        return "" if _is_read(environ) else problem


def _is_read(environ: WSGIEnvironment) -> bool:
    operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    if operation:
        return bool(_READS.match(operation))
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") or environ["PATH_INFO"].endswith("/invocations")


def _brings_more(environ: WSGIEnvironment) -> bool:
    """A new job, as a transaction that adds its row, or a clip. What runs may use up what room there is."""
    if environ.get("HTTP_X_AMZ_TARGET", "").endswith(".TransactWriteItems"):
        return _adds_job(_body(environ))
    return environ["REQUEST_METHOD"] in ("PUT", "POST") and bool(_NEW_CLIP.search(environ["PATH_INFO"]))


def _adds_job(body: bytes) -> bool:
    """A job is a row whose `job_id` has no slash (the contract); every other item's has one."""
    if b'"Put"' not in body:
        return False
    puts = [write["Put"]["Item"] for write in json.loads(body).get("TransactItems", ()) if "Put" in write]
    return any("/" not in item.get("job_id", {}).get("S", "/") for item in puts)


def _body(environ: WSGIEnvironment) -> bytes:
    """The body, which stays to be read."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _refuse(
    environ: WSGIEnvironment, start_response: StartResponse, status: str, code: str, sentence: str
) -> Iterable[bytes]:
    is_s3 = "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", "") or not environ.get("HTTP_X_AMZ_TARGET")
    if is_s3:
        text = f"<Error><Code>{code}</Code><Message>{sentence}</Message></Error>"
        kind = "application/xml"
    else:
        text, kind = json.dumps({"__type": code, "message": sentence}), "application/x-amz-json-1.0"
    headers = [("Content-Type", kind), ("Content-Length", str(len(text.encode()))), ("x-amzn-ErrorType", code)]
    start_response(status, headers)
    return [text.encode()]


def _write(_data: bytes) -> object:
    """WSGI's old way to answer, which Flask does not use."""
    raise TypeError("An answer is a body here, not a call")
