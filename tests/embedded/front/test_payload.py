"""What becomes of a handler's answer."""

from typing import Any

import pytest
from werkzeug.test import Client

from workbench.embedded.front.application import Application
from workbench.embedded.front.payload import message, response_of
from workbench.embedded.front.routes import Route
from workbench.embedded.workers.outcome import Outcome, Throttled


@pytest.mark.like_aws("HTTP API", "Status, headers, cookies and body are the handler's")
def test_status_headers_cookies_and_body_are_the_handlers() -> None:
    response = response_of({"statusCode": 201, "headers": {"x-a": 1}, "cookies": ["a=1", "b=2"], "body": "made"})

    assert (response.status_code, response.get_data(as_text=True)) == (201, "made")
    assert response.headers["x-a"] == "1"
    assert response.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


def test_a_base64_body_is_decoded() -> None:
    assert response_of({"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}).get_data() == b"\xff\x00"


@pytest.mark.parametrize(("answer", "body"), [({"a": 1}, '{"a": 1}'), ("text", '"text"'), (None, "null")])
def test_an_answer_without_a_status_is_the_body_itself(answer: Any, body: str) -> None:
    response = response_of(answer)

    assert (response.status_code, response.get_data(as_text=True)) == (200, body)
    assert response.content_type == "application/json"


@pytest.mark.like_aws("HTTP API", "An answer that is none is 500")
@pytest.mark.parametrize("answer", [b'{"statusCode": "many"}', b'{"statusCode": 200, "body": {"not": "text"}}'])
def test_an_answer_that_http_cannot_carry_is_a_500(answer: bytes) -> None:
    client = Client(Application([Route("GET", "/", "f")], lambda _name, _event: Outcome(answer)))

    assert client.get("/").status_code == 500


@pytest.mark.like_aws("HTTP API", "A throttled function is 503")
def test_a_throttled_function_is_503() -> None:
    def full(_name: str, _event: bytes) -> Outcome:
        raise Throttled

    assert Client(Application([Route("GET", "/", "f")], full)).get("/").status_code == 503


def test_a_page_answers_what_no_route_takes() -> None:
    pages = [lambda _request: None, lambda request: message(200, request.path)]
    application = Application([Route("GET", "/job", "f")], lambda _name, _event: Outcome(b'"job"'), pages)

    assert Client(application).get("/job").text == '"job"'
    assert Client(application).get("/run").json == {"message": "/run"}
