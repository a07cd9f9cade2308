"""The HTTP API of the template, as API Gateway would answer."""

import json
from http.client import HTTPConnection
from typing import Any

import pytest

from workbench.embedded.running import Stack

Answer = tuple[int, dict[str, str], str]


def ask(url: str, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
    connection = HTTPConnection(url.removeprefix("http://"))
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read().decode()
    connection.close()
    return answer


def event_of(stack: Stack, method: str, path: str, body: bytes | str | None = None, **headers: str) -> dict[str, Any]:
    status, _, text = ask(stack.http_url, method, path, body, **headers)
    assert status == 200, text
    event: dict[str, Any] = json.loads(text)["event"]
    return event


@pytest.mark.like_aws("HTTP API", "A request becomes an event of payload format 2.0")
def test_a_request_is_an_event_of_payload_format_2(stack: Stack) -> None:
    event = event_of(
        stack, "POST", "/echo?a=1&a=2&b=x%20y", '{"n": 1}', Content_Type="application/json", Cookie="c=1; d=2"
    )

    assert event["version"] == "2.0"
    assert (event["routeKey"], event["rawPath"]) == ("POST /echo", "/echo")
    assert event["rawQueryString"] == "a=1&a=2&b=x%20y"
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert event["cookies"] == ["c=1", "d=2"]
    assert event["headers"]["content-type"] == "application/json"
    assert (event["body"], event["isBase64Encoded"]) == ('{"n": 1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["requestContext"]["stage"] == "$default"


def test_what_a_request_does_not_have_its_event_does_not_have(stack: Stack) -> None:
    event = event_of(stack, "POST", "/echo")

    assert not {"body", "cookies", "pathParameters", "queryStringParameters"} & set(event)


@pytest.mark.like_aws("HTTP API", "A binary body comes in base64")
def test_a_binary_body_is_base64(stack: Stack) -> None:
    event = event_of(stack, "POST", "/echo", b"\xff\x00", Content_Type="video/mp4")

    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


@pytest.mark.like_aws("HTTP API", "Parameters of a path are decoded and given")
def test_parameters_of_a_path_are_given(stack: Stack) -> None:
    event = event_of(stack, "GET", "/things/gr%C3%BCn%20%2B1")

    assert event["routeKey"] == "GET /things/{thing}"
    assert event["pathParameters"] == {"thing": "grün +1"}


def test_a_greedy_parameter_takes_the_rest_of_any_method(stack: Stack) -> None:
    event = event_of(stack, "DELETE", "/files/a/b/c.mp4")

    assert event["routeKey"] == "ANY /files/{proxy+}"
    assert event["pathParameters"] == {"proxy": "a/b/c.mp4"}


@pytest.mark.like_aws("HTTP API", "A path or method without a route is 404")
@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("PUT", "/echo"), ("GET", "/things/a/b")])
def test_an_unknown_route_is_404(stack: Stack, method: str, path: str) -> None:
    status, headers, body = ask(stack.http_url, method, path)

    assert (status, body) == (404, '{"message": "Not Found"}')
    assert headers["Content-Type"] == "application/json"


@pytest.mark.like_aws("HTTP API", "An error of the function is 500 and tells nothing")
def test_an_error_of_the_function_is_500_and_tells_nothing(stack: Stack) -> None:
    status, _, body = ask(stack.http_url, "POST", "/act", "{}")

    assert (status, body) == (500, '{"message": "Internal Server Error"}')


@pytest.mark.like_aws("HTTP API", "A body over 10 MB is 413", differs="a function gets 6 MB at most")
def test_a_body_over_10_mb_is_413(stack: Stack) -> None:
    status, _, body = ask(stack.http_url, "POST", "/echo", b"x" * (10 * 1024 * 1024 + 1))

    assert (status, body) == (413, '{"message": "Request Entity Too Large"}')


@pytest.mark.contract("cli.door")
@pytest.mark.like_aws(
    "HTTP API",
    "A page of somebody else is answered nothing",
    differs="the API is signed (IAM); here anyone on this machine may call it, and other hosts and origins are refused",
)
@pytest.mark.parametrize("door", ["http_url", "aws_url"])
@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_a_foreign_host_or_origin_is_refused(stack: Stack, door: str, headers: dict[str, str]) -> None:
    status, _, body = ask(getattr(stack, door), "GET", "/things/x", **headers)

    assert status == 403
    assert "Forbidden" in body


def test_another_port_of_this_machine_is_foreign_to_the_http_api(stack: Stack) -> None:
    assert ask(stack.http_url, "GET", "/things/x", Origin="http://127.0.0.1:1")[0] == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_this_machines_own_pages_are_welcome(stack: Stack, name: str) -> None:
    port = stack.http_url.rpartition(":")[2]

    status, _, _ = ask(stack.http_url, "GET", "/things/x", Origin=f"http://{name}:{port}", Host=f"{name}:{port}")

    assert status == 200
