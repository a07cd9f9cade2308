"""The body of an HTTP request as one JSON object, or a refusal in one sentence."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from roughcut.contracts.documents import Unreadable, parsed
from roughcut.jobs.request import RequestRefused

# The payload's 64 KB, each byte of it written as an escape such as \u0041, and the other fields.
BODY_LIMIT = 512 * 1024
_JSON = "application/json"


def body_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `RequestRefused`; no body is {}."""
    text = _text(event)
    if not text.strip():
        return {}
    _check_content_type(event.get("headers", {}).get("content-type", _JSON))
    try:
        body = parsed(text)
    except Unreadable as problem:
        raise _refused(f"the body {problem}") from problem
    if not isinstance(body, dict):
        raise _refused(f"the body is a JSON {_NAMES[type(body)]}: it must be a JSON object.")
    return body


def _text(event: Mapping[str, Any]) -> str:
    text: str = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        if len(raw) > BODY_LIMIT:
            message = f"the body is {len(raw)} bytes: it must be {BODY_LIMIT} or fewer."
            raise RequestRefused("PayloadTooLarge", message)
        return raw.decode()
    except (binascii.Error, UnicodeError) as error:
        raise _refused("the body is not text in UTF-8: it must be a JSON object.") from error


def _check_content_type(given: str) -> None:
    kind = given.partition(";")[0].strip().lower()
    if kind != _JSON:
        raise _refused(f"the Content-Type header is {given[:80]!r}: it must be {_JSON}.")


def _refused(message: str) -> RequestRefused:
    return RequestRefused("InvalidRequest", message)


_NAMES = {list: "list", str: "text", int: "number", float: "number", bool: "true or false", type(None): "null"}
