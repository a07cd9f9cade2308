"""Tenants by their tokens: each in key space of its own, and nothing that leads out of it."""

import json
from typing import Any

import pytest

from job_manager import app
from job_manager.operations import OPERATIONS
from roughcut import wiring
from roughcut.dispatch.desk import Desk
from roughcut.jobs.board import Progress
from roughcut.ports import Event
from roughcut.settings import Settings
from roughcut.stages.progressed import progressed
from tests.fakes.desk import fake_desk

JOB = "/sessions/{session_id}/jobs/{job_id}"
SUBMIT = {"session_id": "abc", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}

Said = tuple[int, dict[str, Any]]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = fake_desk(limit=1, tenant_max_queued=2, tenant_max_running=1)
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    monkeypatch.setattr(wiring, "settings", lambda: Settings.from_env({}))
    return desk


def ask(claims: dict[str, Any] | None, route: str, body: Any = None, query: Any = None, **path: str) -> Said:
    """Status code, and data or error. Without claims the request is signed."""
    authorizer = {"iam": {"userId": "AIDA"}} if claims is None else {"jwt": {"claims": claims}}
    event = {
        "version": "2.0",
        "routeKey": route,
        "headers": {},
        "body": json.dumps(body) if body is not None else None,
        "queryStringParameters": query,
        "pathParameters": path,
        "requestContext": {"authorizer": authorizer},
    }
    answer = app.handler(event, None)
    told = json.loads(answer["body"])
    return answer["statusCode"], told["data"] if told["success"] else told["error"]


def tenant(name: str) -> dict[str, str]:
    return {"sub": "somebody", "tenant": name}


def test_the_same_session_of_two_tenants_and_of_the_operators_are_three(desk):
    callers = [tenant("acme"), tenant("umbrella"), None]
    jobs = [ask(caller, "POST /jobs", SUBMIT)[1] for caller in callers]

    assert [job.get("tenant") for job in jobs] == ["acme", "umbrella", None]
    assert {job["session_id"] for job in jobs} == {"abc"}
    for caller, own in zip(callers, jobs, strict=True):
        session = ask(caller, "GET /sessions/{session_id}", session_id="abc")[1]
        assert [job["job_id"] for job in session["jobs"]] == [own["job_id"]]
        assert [job["job_id"] for job in ask(caller, "GET /jobs")[1]["jobs"]] == [own["job_id"]]
        assert [job["job_id"] for job in ask(caller, "GET /jobs", query={"session_id": "abc"})[1]["jobs"]] == [
            own["job_id"]
        ]
    assert {key.session_id for key in desk.jobs.rows} == {"acme.abc", "umbrella.abc", "abc"}


@pytest.mark.contract("doors.tenants")
@pytest.mark.parametrize("stranger", [tenant("umbrella"), None])
@pytest.mark.parametrize(
    "route", [f"GET {JOB}", f"POST {JOB}/cancel", f"POST {JOB}/retry", "GET /sessions/{session_id}"]
)
def test_another_tenants_job_is_not_there(desk, stranger, route):
    job_id = ask(tenant("acme"), "POST /jobs", SUBMIT)[1]["job_id"]

    code, error = ask(stranger, route, session_id="abc", job_id=job_id)

    assert (code, error["code"]) == (404, "NotFound")
    assert "acme" not in error["message"]


@pytest.mark.parametrize("spelt", ["acme.abc", "acme%2Eabc", "../acme.abc", "acme"])
@pytest.mark.parametrize("caller", [tenant("umbrella"), None])
def test_a_stored_session_cannot_be_spelt(desk, caller, spelt):
    job_id = ask(tenant("acme"), "POST /jobs", SUBMIT)[1]["job_id"]
    assert ask(caller, f"GET {JOB}", session_id=spelt, job_id=job_id)[0] in (400, 404)
    assert ask(caller, "POST /jobs", {**SUBMIT, "session_id": "acme.abc"})[0] == 400


def test_a_key_of_one_tenant_is_free_for_another(desk):
    keyed = {**SUBMIT, "idempotency_key": "k"}
    ours, theirs = (ask(tenant(name), "POST /jobs", keyed)[1]["job_id"] for name in ("acme", "umbrella"))
    assert ours != theirs
    assert ask(tenant("acme"), "POST /jobs", keyed)[1]["duplicate"]


def test_each_tenant_has_its_own_cap_and_operators_have_none(desk):
    codes = [ask(tenant("acme"), "POST /jobs", SUBMIT)[0] for _ in range(3)]
    assert codes == [202, 202, 429]
    assert ask(tenant("umbrella"), "POST /jobs", SUBMIT)[0] == 202
    assert [ask(None, "POST /jobs", SUBMIT)[0] for _ in range(4)] == [202] * 4


@pytest.mark.parametrize("route", ["GET /stats", "POST /process"])
def test_what_is_about_the_whole_stack_is_not_there_for_a_tenant(desk, route):
    code, error = ask(tenant("acme"), route)
    assert (code, error["code"]) == (404, "NotFound") and "is about all of them" in error["message"]
    assert ask(None, route)[0] == 200


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, "the token has no claim tenant; it must name your tenant"),
        ({"tenant": ""}, "the token's claim tenant is ''; it must name your tenant"),
        ({"tenant": "a.b"}, "the token's claim tenant is 'a.b'; it must name"),
        ({"tenant": "acme\n"}, "the token's claim tenant is 'acme\\n'; it must name"),
        ({"tenant": "x" * 65}, "the token's claim tenant is 'xxx"),
        ({"tenant": "[acme umbrella]"}, "the token's claim tenant is '[acme umbrella]'; it must name"),
        ({"tenant": "default"}, "the token's claim tenant is 'default', which is the operators' own name; it must"),
    ],
)
def test_a_token_that_names_no_tenant_is_refused(desk, claims, said):
    code, error = ask(claims, "GET /jobs")
    assert (code, error["code"], error["field"]) == (400, "InvalidRequest", "tenant")
    assert error["message"].startswith(said)


def test_the_claims_name_is_a_parameter(desk, monkeypatch):
    monkeypatch.setattr(wiring, "settings", lambda: Settings.from_env({"JWT_TENANT_CLAIM": "custom:tenant"}))
    assert ask({"custom:tenant": "acme"}, "POST /jobs", SUBMIT)[1]["tenant"] == "acme"
    assert ask({"tenant": "acme"}, "POST /jobs", SUBMIT)[1]["field"] == "custom:tenant"


@pytest.mark.contract("doors.tenants")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_operation_takes_a_tenant_from_the_request(desk, operation):
    answer = app.handler({"operation": operation, "tenant": "acme"}, None)
    assert (answer["error"]["code"], answer["error"]["field"]) == ("InvalidRequest", "tenant")


def test_events_of_a_tenants_job_name_it(desk):
    told: list[Event] = []
    desk.events.publish = lambda events: told.extend(events) or []
    ask(tenant("acme"), "POST /jobs", SUBMIT)
    assert [(event.detail["session_id"], event.detail["tenant"]) for event in told] == [("abc", "acme")]


def test_progress_of_a_tenants_job_names_it():
    job = {"job_id": "01J", "session_id": "acme.abc", "job_type": "generate_slides", "attempt": 1}
    detail = progressed(job, Progress(1, {}, {})).detail
    assert (detail["session_id"], detail["tenant"]) == ("abc", "acme")
