"""The OpenAPI 3.1 document of the HTTP API, made from the schemas and the routes.

`python -m roughcut.contracts.openapi` writes it beside this module, from where `GET /openapi.json` serves it.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from roughcut import VERSION
from roughcut.contracts.check import schema
from roughcut.contracts.routes import DOWNLOAD, HEALTH, OPENAPI, ROUTES, Route

_FILE = Path(__file__).with_name("openapi.json")
_Node = dict[str, Any]

_REFUSALS = {
    400: "The request is not right; the message says where.",
    404: "There is no such session or job.",
    409: "The job is in another state, or the key belongs to another request.",
    413: "The payload or the body is too large.",
    429: "Too many jobs wait.",
    500: "Something broke on our side.",
}
_GATEWAY = {
    "description": "The gateway itself refuses: 401 or 403 without a valid signature or token, 404 for a path or a "
    "method that is no route, 413 above 10 MB, 429 above the rate, 503.",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}},
}
_SIGV4 = {
    "description": "AWS Signature Version 4, service execute-api. A stack without JwtIssuer.",
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "x-amazon-apigateway-authtype": "awsSigv4",
}
_PLAYLIST = "application/vnd.apple.mpegurl"
_LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
_JWT = {"description": "A stack with JwtIssuer.", "type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


@cache
def served() -> str:
    """The committed document."""
    return _FILE.read_text("utf-8")


def document() -> str:
    """The document as it should be committed."""
    names: dict[str, _Node] = {}
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Roughcut",
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"sigv4": []}, {"jwt": []}],
        "paths": _paths(names),
        "components": {
            "securitySchemes": {"sigv4": _SIGV4, "jwt": _JWT},
            "responses": {"Gateway": _GATEWAY},
            "schemas": dict(sorted(names.items())),  # filled by the paths
        },
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _paths(names: dict[str, _Node]) -> _Node:
    paths: _Node = {}
    for key, route in ROUTES.items():
        _put(paths, key, _operation(key, route, names))
    health = _success(200, "health.out", names)
    _put(paths, HEALTH, {"operationId": "health", "security": [], "responses": health})
    itself = {"200": {"description": "This document.", "content": {"application/json": {"schema": {"type": "object"}}}}}
    _put(paths, DOWNLOAD, _download(names))
    _put(paths, OPENAPI, {"operationId": "openapi", "security": [], "responses": itself})
    return paths


def _download(names: dict[str, _Node]) -> _Node:
    text = {"schema": {"type": "string"}}
    found = {"description": "A playlist or storyboard with links.", "content": {_PLAYLIST: text, "text/vtt": text}}
    refused = _refused(Route("download", 200, "", (404, 500)), names)
    token = _parameter("path", "token", {"type": "string", "description": "Of a link that links gave."})
    return {
        "operationId": "download",
        "summary": "Where a link leads.",
        "security": [],
        "parameters": [token],
        "responses": {"200": found, "302": {"description": "To the object itself, for an hour at most."}, **refused},
    }


def _put(paths: _Node, key: str, operation: _Node) -> None:
    method, path = key.split(" ")
    paths.setdefault(path, {})[method.lower()] = operation


def _operation(key: str, route: Route, names: dict[str, _Node]) -> _Node:
    request = request_schema(route.operation)
    in_path = re.findall(r"\{(\w+)\}", key)
    # A job's id is always in a path, and the route is the operation.
    free = {
        n: _linked(s, names) for n, s in request["properties"].items() if n not in (*in_path, "operation", "job_id")
    }
    parameters = [_parameter("path", name, _linked(request["properties"][name], names)) for name in in_path]
    if key.startswith("GET "):
        parameters += [_parameter("query", name, field) for name, field in free.items()]
    if route.operation == "submit":
        parameters.append(_parameter("header", "Idempotency-Key", free["idempotency_key"]))
    return {
        "operationId": route.answer.removesuffix(".out"),
        "summary": request["description"],
        **({"parameters": parameters} if parameters else {}),
        **(_body(free, request) if key.startswith("POST ") and free else {}),
        "responses": _success(route.success, route.answer, names) | _refused(route, names),
    }


def request_schema(operation: str) -> _Node:
    """The operation's own schema; one that takes what another takes refers to that one's."""
    own = schema(operation)
    return {**schema(own["$ref"].removesuffix(".schema.json")), **own} if "$ref" in own else own


def _parameter(place: str, name: str, field: _Node) -> _Node:
    return {"name": name, "in": place, **({"required": True} if place == "path" else {}), "schema": field}


def _body(free: dict[str, _Node], request: _Node) -> _Node:
    required = [name for name in request.get("required", []) if name in free]
    fields = {"type": "object", "additionalProperties": False, "properties": free}
    if required:
        fields["required"] = required
    return {"requestBody": {"required": bool(required), "content": {"application/json": {"schema": fields}}}}


def _success(code: int, answer: str, names: dict[str, _Node]) -> _Node:
    data = _linked({"$ref": f"{answer}.schema.json"}, names)
    fields = {"success": {"const": True}, "data": data}
    whole = {"type": "object", "required": ["success", "data"], "properties": fields}
    content = {"application/json": {"schema": whole}}
    return {str(code): {"description": schema(answer)["description"], "content": content}}


def _refused(route: Route, names: dict[str, _Node]) -> _Node:
    content = {"application/json": {"schema": _linked({"$ref": "refusal.schema.json"}, names)}}
    refusals = {str(code): {"description": _REFUSALS[code], "content": content} for code in route.refusals}
    return refusals | {"default": {"$ref": "#/components/responses/Gateway"}}


def _linked(node: Any, names: dict[str, _Node]) -> Any:
    """The schema with references to files as references to components, which are put into `names`."""
    if isinstance(node, list):
        return [_linked(child, names) for child in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].removesuffix(".schema.json")
        if name not in names:
            names[name] = {}
            names[name] |= _linked({k: v for k, v in schema(name).items() if k != "$schema"}, names)
        return {"$ref": f"#/components/schemas/{name}"}
    return {key: _linked(value, names) for key, value in node.items()}


if __name__ == "__main__":
    _FILE.write_text(document(), "utf-8")
