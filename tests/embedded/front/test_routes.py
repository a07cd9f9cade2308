"""Which route a request takes."""

import pytest

from workbench.embedded.front.routes import Route, choose, routes_of

ROUTES = [
    Route("ANY", "$default", "fallback"),
    Route("ANY", "/jobs/{proxy+}", "greedy"),
    Route("GET", "/jobs/{id}", "one"),
    Route("ANY", "/jobs/{id}", "one by any method"),
    Route("GET", "/jobs/stats", "stats"),
    Route("GET", "/a.b", "dotted"),
]


@pytest.mark.like_aws("HTTP API", "The most specific route wins")
@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/jobs/stats", "stats", {}),
        ("GET", "/jobs/7", "one", {"id": "7"}),
        ("POST", "/jobs/7", "one by any method", {"id": "7"}),
        ("GET", "/jobs/7/links", "greedy", {"proxy": "7/links"}),
        ("GET", "/other", "fallback", {}),
        ("GET", "/a.b", "dotted", {}),
        ("GET", "/axb", "fallback", {}),
    ],
)
def test_the_most_specific_route_wins(method: str, path: str, function: str, parameters: dict[str, str]) -> None:
    chosen = choose(ROUTES, method, path)

    assert chosen
    assert (chosen[0].function, chosen[1]) == (function, parameters)


def test_without_a_default_an_unknown_path_has_no_route() -> None:
    assert choose(ROUTES[1:], "GET", "/other") is None


def test_events_name_the_route_as_the_template_does() -> None:
    assert Route("GET", "/jobs/{id}", "one").key == "GET /jobs/{id}"
    assert ROUTES[0].key == "$default"


def test_routes_are_read_from_the_translated_api() -> None:
    integration = {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": "arn:aws:x/${Fn.Arn}/invocations"}}}
    paths = {"/jobs": {"post": integration}, "$default": {"x-amazon-apigateway-any-method": integration}}
    api = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": {"paths": paths}}}

    routes = list(routes_of({"Resources": {"Api": api}}, {"Fn": "manager"}))

    assert routes == [Route("POST", "/jobs", "manager"), Route("ANY", "$default", "manager")]
