"""The routes of the template's HTTP API, and which of them a request takes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ANY = "ANY"
DEFAULT = "$default"
_PARAMETER = re.compile(r"\{(\w+)(\+?)\}")
_FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}")


@dataclass(frozen=True, slots=True)
class Route:
    """`method` may be ANY; `path` may have {parameters}, a greedy {last+}, or be $default."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """As events name it: "GET /jobs/{id}", or "$default"."""
        return DEFAULT if self.path == DEFAULT else f"{self.method} {self.path}"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path parameters if the request takes this route, percent-encoding left as it came."""
        if self.method not in (ANY, method):
            return None
        if self.path == DEFAULT:
            return {}
        found = re.fullmatch(_pattern(self.path), path)
        return found.groupdict() if found else None

    @property
    def preference(self) -> tuple[bool, bool, int, bool]:
        """Smaller wins: AWS prefers whole matches, then greedy ones, then $default; a method before ANY."""
        parameters = _PARAMETER.findall(self.path)
        greedy = any(plus for _, plus in parameters)
        return self.path == DEFAULT, greedy, len(parameters), self.method == ANY


def choose(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route that API Gateway would choose, with the path parameters."""
    for route in sorted(routes, key=lambda route: route.preference):
        parameters = route.match(method, path)
        if parameters is not None:
            return route, parameters
    return None


def routes_of(cloudformation: dict[str, Any], names: Mapping[str, str]) -> Iterator[Route]:
    """From the OpenAPI bodies of the translated template. `names`: logical id -> function name."""
    for resource in cloudformation["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            for path, methods in resource["Properties"].get("Body", {}).get("paths", {}).items():
                yield from _of_path(path, methods, names)


def _of_path(path: str, methods: dict[str, Any], names: Mapping[str, str]) -> Iterator[Route]:
    for method, operation in methods.items():
        uri = operation.get("x-amazon-apigateway-integration", {}).get("uri", {})
        function = _FUNCTION.search(uri.get("Fn::Sub", "") if isinstance(uri, dict) else uri)
        if function:
            verb = ANY if method == "x-amazon-apigateway-any-method" else method.upper()
            yield Route(verb, DEFAULT if path.endswith(DEFAULT) else path, names[function[1]])


def _pattern(path: str) -> str:
    pieces = []
    end = 0
    for parameter in _PARAMETER.finditer(path):
        pieces.append(re.escape(path[end : parameter.start()]))
        pieces.append(f"(?P<{parameter[1]}>{'.+' if parameter[2] else '[^/]+'})")
        end = parameter.end()
    return "".join([*pieces, re.escape(path[end:])])
