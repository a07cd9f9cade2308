"""In front of moto: who asks, and whether they may.

A body other than S3's is read here, before moto takes the lock under which it finds out the service: a client that
sends slowly must not hold up the others.
"""

import io
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from workbench.embedded.access.guard import Guard
from workbench.embedded.access.signing import signed_header
from workbench.embedded.refusals import Refused, answer


class Gate:
    """WSGI. `guard` decides who may what."""

    def __init__(self, application: WSGIApplication, guard: Guard) -> None:
        self._application, self._guard = application, guard

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        signed = signed_header(environ)
        if signed is None:
            return self._application(environ, start_response)
        try:
            body = None if _is_object(signed.service, environ) else read(environ)
            hidden = self._guard.admit(signed, environ, body)
        except Refused as refused:
            return answer(refused, signed.service, environ, start_response)
        return self._run(environ, start_response, hidden) if hidden else self._application(environ, start_response)

    def _run(self, environ: dict[str, Any], start_response: StartResponse, hidden: Refused) -> Iterable[bytes]:
        """Missing objects are as good as forbidden ones to who may not list the bucket."""
        seen: list[tuple[str, Any]] = []

        def hold(status: str, headers: Any, *_: Any) -> Any:
            seen.append((status, headers))
            return None

        chunks = self._application(environ, hold)
        status, headers = seen[-1]
        if status.startswith("404"):
            _close(chunks)
            return answer(hidden, "s3", environ, start_response)
        start_response(status, headers)
        return chunks


def read(environ: dict[str, Any]) -> bytes:
    """The body, which is there to be read again."""
    stream = environ["wsgi.input"]
    body: bytes = stream.read() if environ.get("wsgi.input_terminated") else stream.read(_length(environ))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _is_object(service: str, environ: dict[str, Any]) -> bool:
    """Whether the body may be of any size; S3's list of keys to delete may not."""
    return service == "s3" and not (environ["REQUEST_METHOD"] == "POST" and "delete" in environ["QUERY_STRING"])


def _length(environ: dict[str, Any]) -> int:
    return int(environ.get("CONTENT_LENGTH") or 0)


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close:
        close()
