"""The local doors have no authentication, so they answer this machine's own programs and pages only.

A page of another site can make a browser send requests to 127.0.0.1, by a form or by a name that resolves to it (DNS
rebinding). The browser says so in Origin and Host, and pages cannot change those two.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication

OUR_NAMES = frozenset({"127.0.0.1", "localhost"})


class Door:
    """`application` behind the check. `hosts` says whether a Host header (name, port) is ours."""

    def __init__(self, application: WSGIApplication, is_ours: Callable[[str, int | None], bool]) -> None:
        self._application, self._is_ours = application, is_ours

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        problem = self._problem(environ)
        if problem is None:
            return self._application(environ, start_response)
        body = json.dumps({"message": problem}).encode()
        start_response("403 Forbidden", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _problem(self, environ: dict[str, Any]) -> str | None:
        host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
        if not self._accepts(f"//{host}"):
            return f"Forbidden: the Host header is {host!r}; this door answers to 127.0.0.1 and localhost only."
        if origin is not None and not self._accepts(origin):
            return f"Forbidden: the Origin header is {origin!r}; only this machine's own pages may call."
        return None

    def _accepts(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
            return parts.hostname is not None and self._is_ours(parts.hostname, parts.port)
        except ValueError:
            return False
