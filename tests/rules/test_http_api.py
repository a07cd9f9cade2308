"""The HTTP API as AWS would create it: who may call what, at which pace, and what of it is logged."""

import json
from typing import Any

import pytest

from roughcut.contracts.routes import DOWNLOAD, HEALTH, OPENAPI, ROUTES
from tests.rules.tree import cloudformation, resources, template

SIGNED = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
NOTHING = {"Ref": "AWS::NoValue"}


def decided(node: Any, **conditions: bool) -> Any:
    """`node` with each Fn::If as CloudFormation would decide it."""
    if isinstance(node, list):
        return [decided(child, **conditions) for child in node]
    if not isinstance(node, dict):
        return node
    if "Fn::If" in node:
        condition, yes, no = node["Fn::If"]
        return decided(yes if conditions[condition] else no, **conditions)
    members = {name: decided(value, **conditions) for name, value in node.items()}
    return {name: value for name, value in members.items() if value != NOTHING}


def body(*, jwt: bool = False, cors: bool = False) -> dict[str, Any]:
    (api,) = resources("AWS::ApiGatewayV2::Api", cloudformation()).values()
    settled: dict[str, Any] = decided(api["Body"], HasJwt=jwt, HasCors=cors)
    return settled


def stage() -> dict[str, Any]:
    (found,) = resources("AWS::ApiGatewayV2::Stage", cloudformation()).values()
    return found


def security(document: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation.get("security")
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.mark.contract("http.health")
@pytest.mark.parametrize(("jwt", "scheme"), [(False, "AWS_IAM"), (True, "Jwt")])
def test_every_route_asks_who_calls_but_links_and_the_two_that_read_no_data(jwt, scheme):
    closed = {route: [{scheme: []}] for route in ROUTES}
    assert security(body(jwt=jwt)) == {**closed, DOWNLOAD: None, HEALTH: None, OPENAPI: None}


def test_every_route_runs_the_job_manager():
    operations = [operation for methods in body()["paths"].values() for operation in methods.values()]
    uris = [operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"] for operation in operations]
    assert len(uris) == len(ROUTES) + 3 and all("${JobManagerFunction.Arn}" in uri for uri in uris)


def test_without_an_issuer_requests_are_signed():
    assert body()["components"]["securitySchemes"] == {"AWS_IAM": SIGNED}


def test_with_an_issuer_they_bear_its_tokens_and_nothing_else_lets_in():
    (scheme,) = body(jwt=True)["components"]["securitySchemes"].items()
    assert scheme == (
        "Jwt",
        {
            "type": "oauth2",
            "x-amazon-apigateway-authorizer": {
                "type": "jwt",
                "identitySource": "$request.header.Authorization",
                "jwtConfiguration": {"issuer": {"Ref": "JwtIssuer"}, "audience": [{"Ref": "JwtAudience"}]},
            },
        },
    )


def equals(rule: Any, values: dict[str, str]) -> bool:
    """A rule's assertion for parameters with these values."""
    ((name, operands),) = rule.items()
    if name == "Fn::Equals":
        left, right = (values[side["Ref"]] if isinstance(side, dict) else side for side in operands)
        return bool(left == right)
    truths = [equals(operand, values) for operand in operands]
    return {"Fn::And": all(truths), "Fn::Or": any(truths), "Fn::Not": not truths[0]}[name]


@pytest.mark.parametrize(
    ("first", "second", "admitted"),
    [("", "", True), ("https://issuer", "app", True), ("https://issuer", "", False), ("", "app", False)],
)
@pytest.mark.parametrize(
    ("rule", "names"),
    [("JwtIsWhole", ("JwtIssuer", "JwtAudience")), ("WebhookIsWhole", ("WebhookUrl", "WebhookSecret"))],
)
def test_two_parameters_come_together(rule, names, first, second, admitted):
    (assertion,) = cloudformation()["Rules"][rule]["Assertions"]
    assert equals(assertion["Assert"], dict(zip(names, (first, second), strict=True))) is admitted
    assert f"{' and '.join(names)} belong together" in assertion["AssertDescription"]


def test_no_page_of_another_origin_may_call_unless_a_parameter_names_it():
    assert template()["Parameters"]["CorsOrigins"]["Default"] == ""
    assert "x-amazon-apigateway-cors" not in body()
    cors = body(cors=True)["x-amazon-apigateway-cors"]
    assert cors["allowOrigins"] == {"Ref": "CorsOrigins"} and "allowCredentials" not in cors


def test_the_default_stage_is_throttled():
    assert stage()["StageName"] == "$default"
    assert stage()["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 50}


def test_the_access_log_expires_and_holds_no_path_query_or_header():
    log = stage()["AccessLogSettings"]
    assert log["DestinationArn"] == {"Fn::GetAtt": ["HttpLogGroup", "Arn"]}
    assert resources("AWS::Logs::LogGroup")["HttpLogGroup"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    said = set(json.loads(log["Format"]).values())
    assert said == {
        "$context.requestId",
        "$context.requestTime",
        "$context.identity.sourceIp",
        "$context.routeKey",
        "$context.status",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.error.message",
        "$context.integrationErrorMessage",
    }
