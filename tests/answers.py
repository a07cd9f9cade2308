"""Whether an answer is what the OpenAPI document says, and nothing more."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from roughcut.contracts import openapi

DOCUMENT: dict[str, Any] = json.loads(openapi.served())


def check_answer(route: str, status: int, body: Any) -> Any:
    """The data, or the error, of an answer that fits the schema of its status code."""
    problems = [error.message for error in _validator(route, status).iter_errors(body)]
    assert not problems, (route, status, problems, body)
    return body.get("data", body.get("error", body))


@cache
def _validator(route: str, status: int) -> Draft202012Validator:
    method, path = route.split(" ")
    told = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]
    whole = {**told["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    return Draft202012Validator(_closed(whole))


def _closed(node: Any) -> Any:
    """Clients may meet new fields, so the document leaves objects open; here a field that it does not tell is wrong."""
    if isinstance(node, list):
        return [_closed(child) for child in node]
    if not isinstance(node, dict):
        return node
    members = {name: _closed(value) for name, value in node.items()}
    return {"additionalProperties": False, **members} if isinstance(node.get("properties"), dict) else members
