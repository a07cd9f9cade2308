"""job-queue-manager: every operation on jobs, by direct invocation and by HTTP API. Never raises."""

from typing import Any

from job_manager import http
from job_manager.operations import perform
from roughcut import wiring
from roughcut.jobs.request import RequestRefused
from roughcut.telemetry import logger, observed


@observed
def handler(event: Any, _context: Any) -> dict[str, Any]:
    """{"success": true, "data"} or {"success": false, "error": {"code", "message", "field"?}}; an HTTP event gets the
    same as the body of a response.
    """
    if not http.is_http(event):
        return answer(event)
    return http.public(event["routeKey"]) or http.to_response(event, answer(event, http.to_request))


def answer(event: Any, read: Any = None) -> dict[str, Any]:
    """The envelope for one request; `read` turns the event into it."""
    try:
        return {"success": True, "data": perform(read(event) if read else event, wiring.desk())}
    except RequestRefused as refused:
        field = {"field": refused.field} if refused.field else {}
        return {"success": False, "error": {"code": refused.code, "message": refused.message, **field}}
    except Exception:
        logger.exception("request broke")
        message = "something broke on our side; the function's log says what, under this request's id."
        return {"success": False, "error": {"code": "Internal", "message": message}}
