"""Five thousand generated requests through the handler: by direct invocation, and as HTTP events of two tenants.

A failure names its block and number: the block's seed makes the same requests again.
"""

import io
import json
import logging
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from job_manager import app
from roughcut import wiring
from roughcut.contracts.routes import ROUTES
from roughcut.settings import Settings
from roughcut.telemetry import logger
from tests.fakes.desk import fake_desk
from tests.requests import generated, laws

BLOCKS, EACH = 20, 250
CALLERS = ("", "", "acme", "umbrella")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the function logs."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    yield text
    logger._logger.removeHandler(handler)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_law_holds_for_every_request(block: int, monkeypatch: pytest.MonkeyPatch, lines: io.StringIO) -> None:
    desk = fake_desk(limit=2)
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    monkeypatch.setattr(wiring, "settings", lambda: Settings.from_env({}))
    random = Random(block)
    jobs: dict[str, list[str]] = {owner: [] for owner in CALLERS}
    for number in range(EACH):
        owner = random.choice(CALLERS)
        request = generated.good(random, [job for ids in jobs.values() for job in ids])
        if random.random() < 0.7:
            request = generated.faulty(request, random)
        try:
            answer = ask(request, owner, by_http=bool(owner) or random.random() < 0.5)
            laws.hold(request, answer, owner, jobs)
        except Exception as broken:
            pytest.fail(f"block {block}, number {number}: {owner or 'operators'}: {request!r:.600}: {broken!r:.900}")
        if answer["success"] and request.get("operation", "submit") == "submit":
            jobs[owner].append(answer["data"]["job_id"])
    assert all(line.isprintable() for line in lines.getvalue().split("\n")), "a control character in the log"


def ask(request: dict[str, Any], owner: str, *, by_http: bool) -> dict[str, Any]:
    """The answer, which fits the schema of its route."""
    route = laws.route_of(request)
    if not by_http or route is None or not _has_path(route, request):
        answer = app.handler(request, None) if not owner else _by_http("POST /jobs", request, owner)
        if route is not None and not owner:
            laws.fits(route, answer, ROUTES[route].success)
        return answer
    return _by_http(route, request, owner)


def _has_path(route: str, request: dict[str, Any]) -> bool:
    """A path is text."""
    return all(isinstance(request.get(n), str) for n in ("session_id", "job_id") if f"{{{n}}}" in route)


def _by_http(route: str, request: dict[str, Any], owner: str) -> dict[str, Any]:
    path = {n: request[n] for n in ("session_id", "job_id") if f"{{{n}}}" in route}
    rest = {name: value for name, value in request.items() if name not in path and name != "operation"}
    is_read = route.startswith("GET ")
    event = {
        "version": "2.0",
        "routeKey": route,
        "headers": {"content-type": "application/json"},
        "pathParameters": path,
        "queryStringParameters": {str(n): str(v) for n, v in rest.items()} if is_read else None,
        "body": None if is_read else json.dumps(rest),
        "requestContext": {"authorizer": {"jwt": {"claims": {"tenant": owner}}} if owner else {"iam": {}}},
    }
    response = app.handler(event, None)
    answer: dict[str, Any] = json.loads(response["body"])
    assert response["statusCode"] < 500, answer
    laws.fits(route, answer, response["statusCode"])
    return answer
