"""The HTTP API on this machine: each request becomes one invocation of the function behind its route."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from wsgiref.types import StartResponse

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from workbench.embedded.front.payload import event_of, message, response_of
from workbench.embedded.front.routes import Route, choose
from workbench.embedded.workers.outcome import Outcome, Throttled

LOG = logging.getLogger(__name__)
# API Gateway's limit.
LARGEST_BODY = 10 * 1024 * 1024
# Something that answers requests which no route takes, or says None: the run page.
Page = Callable[[Request], Response | None]


class Application:
    """WSGI. `pages` are asked, in order, for what is not a route of the template."""

    def __init__(
        self, routes: Sequence[Route], invoke: Callable[[str, bytes], Outcome], pages: Sequence[Page] = ()
    ) -> None:
        self._routes, self._invoke, self._pages = routes, invoke, pages

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        chosen = choose(self._routes, request.method, request.path)
        if chosen is None:
            return next(filter(None, (page(request) for page in self._pages)), message(404, "Not Found"))
        route, parameters = chosen
        try:
            event = event_of(request, route, parameters)
        except RequestEntityTooLarge:
            return message(413, "Request Entity Too Large")
        return self._run(route.function, json.dumps(event).encode())

    def _run(self, function: str, event: bytes) -> Response:
        try:
            outcome = self._invoke(function, event)
            return message(500, "Internal Server Error") if outcome.error else response_of(outcome.value)
        except Throttled:
            return message(503, "Service Unavailable")
        except ValueError:
            LOG.warning("The function %s gave an answer that HTTP cannot carry", function, exc_info=True)
            return message(500, "Internal Server Error")
