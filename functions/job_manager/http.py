"""HTTP API events (payload 2.0) as requests, and answers as HTTP responses (contract, section 4)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from job_manager.body import body_of
from roughcut import VERSION
from roughcut.contracts.openapi import served
from roughcut.contracts.routes import HEALTH, OPENAPI, ROUTES
from roughcut.dispatch.following import Document, Redirect
from roughcut.jobs.request import RequestRefused

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
    operation = ROUTES[event["routeKey"]].operation
    request = {**_query(event), **body_of(event), **(event.get("pathParameters") or {})}
    if request.setdefault("operation", operation) != operation:
        message = f"operation is {str(request['operation'])[:80]!r}: {event['routeKey']} is {operation}; leave it out."
        raise RequestRefused("InvalidRequest", message, "operation")
    key = event.get("headers", {}).get("idempotency-key")
    if operation == "submit" and key is not None:
        request["idempotency_key"] = key
    return request


def to_response(event: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The same body as a direct invocation gets, with the status code that says the same."""
    code = ROUTES[event["routeKey"]].success if answer["success"] else _STATUS_CODES[answer["error"]["code"]]
    return _response(code, json.dumps(answer, ensure_ascii=False))


def public(route: str) -> dict[str, Any] | None:
    """The answer of a route that reads no data; None for any other route."""
    if route == HEALTH:
        return _response(200, json.dumps({"success": True, "data": {"status": "ok", "version": VERSION}}))
    return _response(200, served()) if route == OPENAPI else None


def download(found: Redirect | Document) -> dict[str, Any]:
    """What a link leads to. Players of any page may have it: the token is what lets them in."""
    headers = {"access-control-allow-origin": "*", "cache-control": f"private, max-age={found.fresh}"}
    if isinstance(found, Redirect):
        return {"statusCode": 302, "headers": {**headers, "location": found.url}, "body": ""}
    return {"statusCode": 200, "headers": {**headers, "content-type": found.content_type}, "body": found.text}


def refused(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer that is an error."""
    return _response(_STATUS_CODES[answer["error"]["code"]], json.dumps(answer, ensure_ascii=False))


def _response(code: int, body: str) -> dict[str, Any]:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": code, "headers": headers, "body": body}


def _query(event: Mapping[str, Any]) -> dict[str, Any]:
    """Query values are text; some fields are numbers. (A session id may be all digits and stays text.)"""
    given = event.get("queryStringParameters") or {}
    return {
        name: int(value) if name in _NUMBERS and _WHOLE.fullmatch(value) else value for name, value in given.items()
    }


_NUMBERS = frozenset({"limit", "since", "attempt", "expires_seconds"})
_WHOLE = re.compile(r"-?[0-9]{1,9}")
