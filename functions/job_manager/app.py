"""job-queue-manager: every operation on jobs, by direct invocation and by HTTP API. Never raises."""

from collections.abc import Callable
from typing import Any

from job_manager import http
from job_manager.caller import caller_of
from job_manager.operations import perform
from roughcut import wiring
from roughcut.contracts.routes import DOWNLOAD
from roughcut.dispatch.following import follow
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.tenancy import OPERATORS
from roughcut.telemetry import logger, observed

_BROKEN = "something broke on our side; the function's log says what, under this request's id."


@observed
def handler(event: Any, _context: Any) -> dict[str, Any]:
    """{"success": true, "data"} or {"success": false, "error": {"code", "message", "field"?}}; an HTTP event gets the
    same as the body of a response.
    """
    if not http.is_http(event):
        return answer(lambda: (event, OPERATORS))
    if event["routeKey"] == DOWNLOAD:
        return followed(event["pathParameters"]["token"])
    return http.public(event["routeKey"]) or http.to_response(event, answer(lambda: of_http(event)))


def of_http(event: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The request, and whose it is. Raises `RequestRefused`."""
    return http.to_request(event), caller_of(event, wiring.settings().tenant_claim)


def answer(read: Callable[[], tuple[Any, str]]) -> dict[str, Any]:
    """The envelope for the request that `read` gives, with its tenant."""

    def work() -> dict[str, Any]:
        request, tenant = read()
        return perform(request, wiring.desk(), tenant)

    return enveloped(work)


def followed(token: str) -> dict[str, Any]:
    """The response to a link."""
    reply = enveloped(lambda: http.download(follow(wiring.desk(), token)))
    return reply["data"] if reply["success"] else http.refused(reply)


def enveloped(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` gives, or why it does not."""
    try:
        return {"success": True, "data": work()}
    except RequestRefused as refused:
        field = {"field": refused.field} if refused.field else {}
        return {"success": False, "error": {"code": refused.code, "message": refused.message, **field}}
    except Exception as error:
        logger.exception("request broke")
        message = wiring.no_room(error) or _BROKEN
        return {"success": False, "error": {"code": "Internal", "message": message}}
