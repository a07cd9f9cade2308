"""The body of an HTTP request as one JSON object, or a refusal in one sentence."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from roughcut.jobs.request import RequestRefused

# The payload's 64 KB, each byte of it written as an escape such as \u0041, and the other fields.
BODY_LIMIT = 512 * 1024
DEPTH_LIMIT = 32  # a request needs seven levels
_JSON = "application/json"


def body_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `RequestRefused`; no body is {}."""
    text = _text(event)
    if not text.strip():
        return {}
    _check_content_type(event.get("headers", {}).get("content-type", _JSON))
    body = _parsed(text)
    if not isinstance(body, dict):
        raise _refused(f"the body is a JSON {_NAMES[type(body)]}: it must be a JSON object.")
    if _depth(body) > DEPTH_LIMIT:
        raise _refused(f"the body is nested deeper than {DEPTH_LIMIT} levels: it must be {DEPTH_LIMIT} or fewer.")
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


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError as error:
        message = f"the body is nested deeper than {DEPTH_LIMIT} levels: it must be {DEPTH_LIMIT} or fewer."
        raise _refused(message) from error
    except ValueError as error:
        raise _refused(f"the body is not JSON: {error}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON leaves open which of two equal names counts; a client that sends both is told."""
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _refused(f"the body has the field {twice[:80]!r} twice in one object: once is right.")
    return document


def _constant(name: str) -> NoReturn:
    raise _refused(f"the body has the value {name}, which JSON does not know: numbers must be finite.")


def _depth(document: Any) -> int:
    """Level by level: a recursive walk would meet the limit that it looks for."""
    level, depth = [document], 0
    while level:
        depth += 1
        level = [child for parent in level for child in _children(parent)]
    return depth - 1


def _children(parent: Any) -> list[Any]:
    if isinstance(parent, dict):
        return list(parent.values())
    return parent if isinstance(parent, list) else []


def _refused(message: str) -> RequestRefused:
    return RequestRefused("InvalidRequest", message)


_NAMES = {list: "list", str: "text", int: "number", float: "number", bool: "true or false", type(None): "null"}
