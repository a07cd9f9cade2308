"""HTTP API events (payload 2.0) as requests, and answers as HTTP responses (contract, section 4)."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from roughcut import VERSION
from roughcut.jobs.request import RequestRefused

# Route keys of template.yaml -> (operation, status code of success).
ROUTES: Mapping[str, tuple[str, int]] = {
    "POST /jobs": ("submit", 202),
    "GET /sessions/{session_id}": ("status", 200),
    "GET /sessions/{session_id}/jobs/{job_id}": ("status", 200),
    "POST /sessions/{session_id}/jobs/{job_id}/cancel": ("cancel", 202),
    "POST /sessions/{session_id}/jobs/{job_id}/retry": ("retry", 202),
    "GET /jobs": ("list", 200),
    "GET /stats": ("stats", 200),
    "POST /process": ("process", 200),
}
HEALTH = "GET /health"

_STATUS_CODES = {
    "InvalidRequest": 400,
    "NotFound": 404,
    "Conflict": 409,
    "PayloadTooLarge": 413,
    "TooManyJobs": 429,
    "Internal": 500,
}


def is_http(event: Any) -> bool:
    """An HTTP API event, not a direct invocation."""
    return isinstance(event, dict) and event.get("version") == "2.0" and "routeKey" in event


def to_request(event: Mapping[str, Any]) -> dict[str, Any]:
    """Body, path and headers as one request. Raises `RequestRefused` for a body that is no JSON object."""
    operation, _ = ROUTES[event["routeKey"]]
    request = {**_query(event), **_body(event), **(event.get("pathParameters") or {}), "operation": operation}
    key = event.get("headers", {}).get("idempotency-key")
    if operation == "submit" and key is not None:
        request["idempotency_key"] = key
    return request


def to_response(event: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The same body as a direct invocation gets, with the status code that says the same."""
    code = ROUTES[event["routeKey"]][1] if answer["success"] else _STATUS_CODES[answer["error"]["code"]]
    return _response(code, answer)


def health() -> dict[str, Any]:
    return _response(200, {"success": True, "data": {"status": "ok", "version": VERSION}})


def _response(code: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": code,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, ensure_ascii=False),
    }


def _query(event: Mapping[str, Any]) -> dict[str, Any]:
    """Query values are text; the limit is a number. (A session id may be all digits and stays text.)"""
    given = event.get("queryStringParameters") or {}
    return {name: int(value) if name == "limit" and value.isdecimal() else value for name, value in given.items()}


def _body(event: Mapping[str, Any]) -> dict[str, Any]:
    text = event.get("body") or "{}"
    try:
        body = json.loads(base64.b64decode(text) if event.get("isBase64Encoded") else text)
    except ValueError as error:
        raise RequestRefused("InvalidRequest", f"the body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise RequestRefused("InvalidRequest", "the body must be a JSON object.")
    return body
