"""The HTTP API's document for machines: valid, made from the schemas, and about the routes that there are."""

import json
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from roughcut.contracts import openapi
from roughcut.contracts.routes import DOWNLOAD, ROUTES
from tests.rules.tree import cloudformation, resources

DOCUMENT: dict[str, Any] = json.loads(openapi.served())

# Not JSON: a playlist or storyboard, and the way to a film.
LINKS = {(DOWNLOAD, "200"), (DOWNLOAD, "302")}


def operations(paths: dict[str, Any]) -> dict[str, Any]:
    return {f"{m.upper()} {path}": operation for path, methods in paths.items() for m, operation in methods.items()}


def test_the_document_is_valid_openapi_3_1():
    assert DOCUMENT["openapi"] == "3.1.0"
    assert not [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()]


def test_the_committed_document_is_what_the_schemas_make():
    assert openapi.served() == openapi.document(), "run: (cd functions && python -m roughcut.contracts.openapi)"


def test_every_route_of_the_template_has_an_operation_and_the_reverse():
    (api,) = resources("AWS::ApiGatewayV2::Api", cloudformation()).values()
    assert set(operations(DOCUMENT["paths"])) == set(operations(api["Body"]["paths"]))


def test_every_answer_has_a_schema():
    answers = {
        (route, code): answer["content"]["application/json"]["schema"]
        for route, operation in operations(DOCUMENT["paths"]).items()
        for code, answer in operation["responses"].items()
        if code != "default" and (route, code) not in LINKS
    }
    assert len(answers) > 2 * len(ROUTES) and all(answers.values())


def test_every_field_of_an_operation_is_told_once():
    for route, operation in operations(DOCUMENT["paths"]).items():
        if route in ROUTES and route != "GET /sessions/{session_id}":
            body = operation.get("requestBody", {"content": {"application/json": {"schema": {"properties": {}}}}})
            told = [*body["content"]["application/json"]["schema"]["properties"]]
            told += [field["name"] for field in operation.get("parameters", []) if field["in"] != "header"]
            known = openapi.request_schema(ROUTES[route].operation)["properties"]
            assert sorted(told) == sorted({*known} - {"operation"}), route
