"""Which AWS call a request is: its operation and its parameters, as far as permissions and errors need to know."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from botocore.model import OperationModel, ServiceModel

from workbench.embedded.access.signing import query_of

# What a service is called in the SDK, where that is not the name that signs.
CLIENTS = {"states": "stepfunctions", "monitoring": "cloudwatch", "email": "ses", "elasticloadbalancing": "elbv2"}
_PARAMETER = re.compile(r"\{(\w+)(\+?)\}")
Models = Callable[[str], ServiceModel]


class NotUnderstood(ValueError):
    """The body is not what its protocol says."""


@dataclass(frozen=True, slots=True)
class Call:
    """`params` are the call's own names and values; of a REST call those in path, query and headers."""

    operation: str
    params: Mapping[str, Any]


def call_of(service: str, environ: Mapping[str, Any], body: bytes | None, models: Models) -> Call | None:
    """None if the request names no operation. Raises `NotUnderstood`."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target is not None:
        return Call(target.partition(".")[2], json_object(body or b""))
    form = _form(environ, body)
    if "Action" in form and service != "s3":
        return Call(form["Action"], form)
    if service in ("s3", "lambda"):
        return _rest_call(service, environ, body, models)
    return None


def json_value(body: bytes) -> Any:
    """Raises `NotUnderstood`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotUnderstood(f"The body is not JSON: {_words(problem)}") from problem


def json_object(body: bytes) -> dict[str, Any]:
    """An empty body is an empty object. Raises `NotUnderstood`."""
    value = json_value(body or b"{}")
    if not isinstance(value, dict):
        raise NotUnderstood(f"The body is a JSON {type(value).__name__}; it must be an object.")
    return value


def _words(problem: Exception) -> str:
    return "it is nested too deep" if isinstance(problem, RecursionError) else str(problem).partition(": line")[0]


def _form(environ: Mapping[str, Any], body: bytes | None) -> dict[str, str]:
    pairs = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    if body and environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs)


def _rest_call(service: str, environ: Mapping[str, Any], body: bytes | None, models: Models) -> Call | None:
    path = path_of(environ)
    query = query_of(dict(environ))
    for route in _routes(models(CLIENTS.get(service, service))):
        found = route.pattern.fullmatch(path)
        if found and route.fits(environ, query):
            return Call(route.operation, {**found.groupdict(), **route.named(environ, query, body)})
    return None


def path_of(environ: Mapping[str, Any]) -> str:
    """The decoded path; a bucket in the host's name comes first in it, as old S3 clients put it."""
    path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
    name = environ.get("HTTP_HOST", "").partition(":")[0]
    bucket = name.removesuffix(".localhost") if name.endswith(".localhost") else ""
    return f"/{bucket}{path}" if bucket else path


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of a REST service. `literal`: query parameters that name it.

    `query` and `headers`: its members there, by their names in the request.
    """

    operation: str
    method: str
    pattern: re.Pattern[str]
    literal: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    required: frozenset[str]
    deletes: bool

    def fits(self, environ: Mapping[str, Any], query: Mapping[str, str]) -> bool:
        """Whether method, query and headers are those of the operation."""
        if environ["REQUEST_METHOD"] != self.method:
            return False
        if any(query.get(name, None if value else "") != value for name, value in self.literal.items() if value):
            return False
        if any(name not in query for name in self.literal):
            return False
        needed = [name for name in self.query if self.query[name] in self.required]
        headers = [name for name in self.headers if self.headers[name] in self.required]
        return all(name in query for name in needed) and all(variable(name) in environ for name in headers)

    def named(self, environ: Mapping[str, Any], query: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
        """The members that the request has."""
        in_query = {member: query[name] for name, member in self.query.items() if name in query}
        in_headers = {
            member: environ[variable(name)] for name, member in self.headers.items() if variable(name) in environ
        }
        keys = re.findall(rb"<Key>(.*?)</Key>", body or b"", re.DOTALL) if self.deletes else []
        listed = {"Delete": {"Objects": [{"Key": key.decode("utf-8", "replace")} for key in keys]}} if keys else {}
        return {**in_headers, **in_query, **listed}


def variable(header: str) -> str:
    """A header's name in a WSGI environment."""
    return f"HTTP_{header.upper().replace('-', '_')}"


@functools.lru_cache(maxsize=8)
def _routes(model: ServiceModel) -> tuple[Route, ...]:
    """Those that ask most of a request first."""
    routes = [_route(model.operation_model(name)) for name in model.operation_names]
    return tuple(sorted(routes, key=lambda route: (-len(route.literal), -len(route.required), route.operation)))


def _route(operation: OperationModel) -> Route:
    path, _, literal = operation.http["requestUri"].partition("?")
    shape: Any = operation.input_shape
    members = shape.members if shape else {}
    # botocore's clients take the bucket out of the paths of their own model.
    if "{Bucket}" not in path and "Bucket" in members and members["Bucket"].serialization.get("location") == "uri":
        path = f"/{{Bucket}}{path}"
    located = {
        place: {
            member.serialization.get("name", name): name
            for name, member in members.items()
            if member.serialization.get("location") == place
        }
        for place in ("querystring", "header")
    }
    return Route(
        operation.name,
        operation.http["method"],
        re.compile(_pattern(path), re.DOTALL),
        dict(parse_qsl(literal, keep_blank_values=True)),
        located["querystring"],
        located["header"],
        frozenset(shape.required_members if shape else ()),
        operation.name == "DeleteObjects",
    )


def _pattern(path: str) -> str:
    pieces, end = [], 0
    for parameter in _PARAMETER.finditer(path):
        pieces.append(re.escape(path[end : parameter.start()]))
        pieces.append(f"(?P<{parameter[1]}>{'.+' if parameter[2] else '[^/]+'})")
        end = parameter.end()
    return "".join([*pieces, re.escape(path[end:].rstrip("/")), "/?"])
