"""The HTTP API of the product on the embedded front: good answers fit the OpenAPI document, bad input is a sentence."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from roughcut.contracts import openapi
from roughcut.jobs.request import PAYLOAD_LIMIT
from tests.answers import check_answer
from tests.embedded.running.test_http import ask
from tests.machines.running import TEMPLATE
from workbench.embedded.running import Stack

SUBMIT = {"session_id": "abc", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(TEMPLATE, environment={"MAX_CONCURRENT_JOBS": "0"}, strict_iam=True) as running:
        yield running


@pytest.fixture(scope="module")
def job_id(stack: Stack) -> str:
    """A job that waits."""
    _, data = tell(stack, "POST /jobs", json.dumps(SUBMIT))
    return str(data["job_id"])


def tell(stack: Stack, route: str, body: Any = None, query: str = "", **path: str) -> tuple[int, Any]:
    """Status and data (or error), which fit the document."""
    method, where = route.split(" ")
    headers = {"Content_Type": "application/json"} if body is not None else {}
    status, _, text = ask(stack.http_url, method, where.format(**path) + query, body, **headers)
    return status, check_answer(route, status, json.loads(text))


def padded(size: int) -> str:
    """A submit request whose payload is `size` bytes of JSON."""
    slides = [f"{n:04}{'x' * 180}.png" for n in range(343)]
    rest = size - len(json.dumps({"slides": [*slides, ""]}, separators=(",", ":")))
    assert 0 < rest <= 255, rest
    return json.dumps({**SUBMIT, "payload": {"slides": [*slides, "y" * rest]}})


@pytest.mark.contract("status.words", "http.routes")
def test_each_operation_answers_as_the_document_says(stack: Stack, job_id: str) -> None:
    job = {"session_id": "abc", "job_id": job_id}
    one = "/sessions/{session_id}/jobs/{job_id}"

    assert tell(stack, f"GET {one}", **job)[1]["status"] == "queued"
    assert tell(stack, "GET /sessions/{session_id}", session_id="abc")[1]["jobs"][0]["job_id"] == job_id
    assert tell(stack, "GET /jobs", query="?limit=1&session_id=abc")[1]["jobs"]
    assert tell(stack, "GET /stats")[1]["queued"]["total"] >= 1
    assert tell(stack, "POST /process", "{}")[1]["started"] == []
    assert tell(stack, f"POST {one}/cancel", **job) == (202, {"status": "cancelled"})
    assert tell(stack, f"POST {one}/retry", '{"from": "start"}', **job)[1]["attempt"] == 2
    assert tell(stack, f"POST {one}/retry", **job)[0] == 409
    assert tell(stack, "GET /sessions/{session_id}", session_id="nobody")[0] == 404
    assert tell(stack, "GET /health")[1]["status"] == "ok"


@pytest.mark.contract("http.openapi")
def test_the_document_is_served_byte_for_byte(stack: Stack) -> None:
    status, headers, text = ask(stack.http_url, "GET", "/openapi.json")

    assert (status, headers["content-type"]) == (200, "application/json")
    assert text == openapi.served()


BAD = [
    ("{", "the body is not JSON: "),
    ("[1]", "the body is a JSON list: it must be a JSON object."),
    ("null", "the body is a JSON null: it must be a JSON object."),
    ('{"session_id": "a", "session_id": "b"}', "the body has the field 'session_id' twice in one object"),
    ('{"session_id": "a", "payload": {"fps": NaN}}', "the body has the value NaN, which JSON does not know"),
    ('{"session_id": "a", "payload": {"fps": -Infinity}}', "the body has the value -Infinity"),
    ('{"payload": ' + "[" * 40 + "]" * 40 + "}", "the body is nested deeper than 32 levels"),
    ('{"payload": ' + "[" * 100_000 + "]" * 100_000 + "}", "the body is nested deeper than 32 levels"),
    (b'{"session_id": "\xff"}', "the body is not text in UTF-8"),
    ('{"session_id": "a", "payload": {}, "priority": "5"}', 'priority is "5": it must be 1 (HIGH), 5 (NORMAL) or 10'),
    ('{"session_id": 7, "payload": {}}', "session_id is 7: it must be 1 to 64 letters"),
    ('{"session_id": "a", "payload": {"videos": ["a"], "fps": "25"}}', 'payload.fps is "25": it must be one of 23.976'),
    ('{"operation": "stats"}', "operation is 'stats': POST /jobs is submit; leave it out."),
]


@pytest.mark.parametrize(("body", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_bad_input_is_one_sentence(stack: Stack, body: Any, sentence: str) -> None:
    status, error = tell(stack, "POST /jobs", body)

    assert (status, error["code"]) == (400, "InvalidRequest")
    assert error["message"].startswith(sentence)
    assert "\n" not in error["message"] and len(error["message"]) < 300


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "video/mp4"])
def test_another_content_type_is_refused_by_name(stack: Stack, kind: str) -> None:
    status, _, text = ask(stack.http_url, "POST", "/jobs", json.dumps(SUBMIT), Content_Type=kind)

    error = check_answer("POST /jobs", status, json.loads(text))
    assert (status, error["message"]) == (400, f"the Content-Type header is '{kind}': it must be application/json.")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_named_in_other_words(stack: Stack, kind: str) -> None:
    assert ask(stack.http_url, "POST", "/jobs", json.dumps(SUBMIT), Content_Type=kind)[0] == 202


@pytest.mark.contract("payload.limit")
def test_a_payload_of_64_kb_is_taken_and_one_byte_more_is_413(stack: Stack) -> None:
    assert tell(stack, "POST /jobs", padded(PAYLOAD_LIMIT))[0] == 202
    status, error = tell(stack, "POST /jobs", padded(PAYLOAD_LIMIT + 1))
    assert (status, error["code"], error["field"]) == (413, "PayloadTooLarge", "payload")
    assert error["message"] == "payload is 65537 bytes of JSON: it must be 65536 or fewer."


def test_a_body_that_no_payload_can_need_is_413(stack: Stack) -> None:
    status, error = tell(stack, "POST /jobs", " " * 524_288 + "{}")

    assert (status, error["message"]) == (413, "the body is 524290 bytes: it must be 524288 or fewer.")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?limit=x", 'limit is "x": it must be a whole number.'),
        ("?limit=-1", "limit is -1: it must be 1 or more."),
        ("?limit=1&limit=2", 'limit is "1,2": it must be a whole number.'),
        ("?statsu=failed", "statsu is not a known field; did you mean status?"),
        ("?cursor=x", "cursor is 'x': it must be the cursor of an earlier page."),
        ("?operation=cancel", "operation is 'cancel': GET /jobs is list; leave it out."),
    ],
)
def test_a_bad_query_is_one_sentence(stack: Stack, query: str, sentence: str) -> None:
    status, error = tell(stack, "GET /jobs", query=query)

    assert (status, error["message"]) == (400, sentence)


@pytest.mark.parametrize(("method", "path"), [("GET", "/job"), ("DELETE", "/jobs"), ("GET", "/process")])
def test_an_unknown_path_and_a_wrong_method_are_the_gateways_404(stack: Stack, method: str, path: str) -> None:
    status, _, text = ask(stack.http_url, method, path)

    assert (status, json.loads(text)) == (404, {"message": "Not Found"})
