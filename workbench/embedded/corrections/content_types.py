"""moto believes a Content-Type that says form, and no other form; AWS goes by the service and the method.

curl sends `application/x-www-form-urlencoded` with every body that nobody gave a type. moto then stores an S3 object
with nothing in it, and does not find Lambda's Invoke. A query such as `GET ?Action=GetQueueAttributes`, which needs no
type, is taken for JSON and answered `{}`.

Upstream: none.
"""

import re
from collections.abc import Callable
from typing import Any

from moto.core.request import Request
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from workbench.embedded.corrections.replacing import replace

_FORM, _BYTES = "application/x-www-form-urlencoded", "application/octet-stream"
# The paths of APIs that take a document or bytes, such as /2015-03-31/functions/echo/invocations.
_REST_PATH = re.compile(r"/\d{4}-\d\d-\d\d/")


def apply() -> None:
    """Set the type right before moto chooses how to read the request, and read the body of a PUT as it came."""

    def build(stock: Callable[..., Any]) -> Callable[..., Any]:
        def get_application(dispatcher: Any, environ: dict[str, Any]) -> Any:
            _set_right(environ)
            return stock(dispatcher, environ)

        return get_application

    replace(DomainDispatcherApplication, "get_application", build)
    requests: Any = Request
    requests.want_form_data_parsed = property(_holds_a_form)


def _set_right(environ: dict[str, Any]) -> None:
    given = environ.get("CONTENT_TYPE", "")
    if given.startswith(_FORM) and _REST_PATH.match(environ.get("PATH_INFO", "")):
        environ["CONTENT_TYPE"] = _BYTES
    if not given and environ["REQUEST_METHOD"] == "GET" and "Action=" in environ.get("QUERY_STRING", ""):
        environ["CONTENT_TYPE"] = _FORM


def _holds_a_form(request: Any) -> bool:
    """S3 keeps the type of what is PUT as its metadata, so it cannot be changed; no API takes a form by PUT."""
    return request.method != "PUT" and bool(request.environ.get("CONTENT_TYPE"))
