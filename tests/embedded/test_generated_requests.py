"""Requests that nobody thought of, over the embedded HTTP API: generated ones, and those of schemathesis."""

import json
import os
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.answers import check_answer
from tests.embedded.running.test_http import ask
from tests.machines.running import TEMPLATE
from tests.own_environment import own_environment
from tests.requests import generated, laws
from workbench.embedded.running import Stack

REQUESTS = 500
LONG = 2000  # characters: the gateway itself refuses a longer address, and so such requests are all asked by body
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
)
Log = list[tuple[str, str]]


@pytest.fixture(scope="module")
def log() -> Log:
    """(function, line) of all that the functions of `stack` log."""
    return []


@pytest.fixture(scope="module")
def stack(log: Log) -> Iterator[Stack]:
    """On it no job runs: what is asked for is asked for, not made."""
    environment = {"MAX_CONCURRENT_JOBS": "0", "LOG_LEVEL": "DEBUG"}
    with Stack(
        TEMPLATE, environment=environment, strict_iam=True, on_log=lambda name, line: log.append((name, line))
    ) as running:
        yield running


@pytest.mark.contract("http.routes")
def test_every_generated_request_is_answered_as_the_document_says(stack: Stack, log: Log) -> None:
    random = Random(500)
    jobs: list[str] = []
    answered = set()
    for number in range(REQUESTS):
        request = generated.good(random, jobs)
        if random.random() < 0.7:
            request = generated.faulty(request, random)
        try:
            status, answer = asked(stack, request)
        except Exception as broken:
            pytest.fail(f"number {number}: {request!r:.600}: {broken!r:.900}")
        answered.add(status)
        if status == 202 and request.get("operation") == "submit":
            jobs.append(answer["job_id"])
    assert answered >= {200, 201, 202, 400, 404, 409}
    assert log and not unprintable(log)


def asked(stack: Stack, request: dict[str, Any]) -> tuple[int, Any]:
    """Status and data or error, of the schema that the document tells for them."""
    route = laws.route_of(request)
    if route is None or not all(isinstance(request.get(n), str) for n in in_path(route)) or len(str(request)) > LONG:
        route = "POST /jobs"
    path = {n: request[n] for n in in_path(route)}
    rest = {name: value for name, value in request.items() if name not in path and name != "operation"}
    method, where = route.split(" ")
    where = where.format(**{n: quote(value, safe="", errors="surrogatepass") for n, value in path.items()})
    if method == "GET":
        query = urlencode({str(n): str(v) for n, v in rest.items()}, errors="surrogatepass")
        status, _, text = ask(stack.http_url, method, f"{where}?{query}")
    else:
        status, _, text = ask(stack.http_url, method, where, json.dumps(rest), Content_Type="application/json")
    answer = json.loads(text)
    assert status < 500, (status, answer)
    if answer == {"message": "Not Found"} and any(value in ("", ".", "..") or "/" in value for value in path.values()):
        return status, answer  # the gateway's: the path is another one
    return status, check_answer(route, status, answer)


def unprintable(log: Log) -> Log:
    """Lines with a control character; Lambda's own client indents tracebacks with no-break spaces."""
    return [(name, line) for name, line in log if any(unicodedata.category(character) == "Cc" for character in line)]


def in_path(route: str) -> list[str]:
    return [name for name in ("session_id", "job_id") if f"{{{name}}}" in route]


@pytest.mark.contract("http.openapi")
def test_schemathesis_finds_no_breach_of_the_document(stack: Stack, log: Log, tmp_path: Path) -> None:
    told = subprocess.run(
        [
            *(own_environment("schemathesis") / "bin/schemathesis", "run", f"{stack.http_url}/openapi.json"),
            *("--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "1"),
            *("--generation-database", "none", "--no-color", "--warnings", "off"),
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert "Tested: 14" in told.stdout and "No issues found" in told.stdout
    assert not unprintable(log)
