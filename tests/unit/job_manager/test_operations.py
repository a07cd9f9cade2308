"""The four requests that existing clients send, and what others may try."""

import json

import pytest

from job_manager import app
from job_manager.operations import perform
from roughcut import wiring
from roughcut.contracts.routes import DOWNLOAD, HEALTH, OPENAPI, ROUTES
from roughcut.jobs.request import RequestRefused
from tests.fakes.desk import fake_desk

SUBMIT = {
    "operation": "submit",
    "session_id": "abc123",
    "job_type": "full_pipeline",
    "priority": 5,
    "payload": {"videos": ["video1.mp4", "video2.mp4"], "slides": ["intro.png", "section1.png"]},
}


@pytest.fixture
def desk(monkeypatch):
    desk = fake_desk()
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    return desk


@pytest.mark.contract("submit.answer")
def test_the_requests_of_existing_clients_work_word_for_word(desk):
    submitted = app.handler(SUBMIT, None)
    assert submitted["success"]
    assert submitted["data"] == {
        "job_id": submitted["data"]["job_id"],
        "session_id": "abc123",
        "job_type": "full_pipeline",
        "priority": 5,
        "status": "queued",
        "submitted_at": "2026-11-18T11:06:40.000Z",
        "position": 1,
    }
    status = app.handler({"operation": "status", "session_id": "abc123"}, None)["data"]
    assert status["jobs"][0]["job_id"] == submitted["data"]["job_id"]
    assert app.handler({"operation": "stats"}, None)["data"]["queued"]["total"] == 1
    processed = app.handler({"operation": "process", "max_jobs": 5}, None)["data"]
    assert processed == {"started": [submitted["data"]["job_id"]], "free_slots": 2, "queued": 0}


@pytest.mark.contract("request.default")
def test_no_operation_is_submit(desk):
    assert app.handler({key: value for key, value in SUBMIT.items() if key != "operation"}, None)["success"]


@pytest.mark.contract("submit.idempotency")
def test_a_repeated_submit_says_that_it_is_one(desk):
    first = perform({**SUBMIT, "idempotency_key": "k"}, desk)
    again = perform({**SUBMIT, "idempotency_key": "k"}, desk)
    assert again == {**first, "duplicate": True}


@pytest.mark.contract("request.refusal")
@pytest.mark.parametrize(
    "request_, code, field, words",
    [
        ({"operation": "sumbit"}, "InvalidRequest", "operation", "did you mean submit?"),
        (
            {"operation": {"$ne": 1}},
            "InvalidRequest",
            "operation",
            "it must be one of submit, status, stats, process, ",
        ),
        ({"operation": "status"}, "InvalidRequest", "session_id", "session_id is missing."),
        ({"operation": "status", "session_id": "nobody"}, "NotFound", "session_id", "there is no session nobody."),
        (
            {"operation": "status", "session_id": "abc123", "job_id": "0X"},
            "NotFound",
            "job_id",
            "there is no job 0X in session abc123.",
        ),
        ({"operation": "process", "max_jobs": 0}, "InvalidRequest", "max_jobs", "max_jobs is 0: it must be 1 or more."),
        (
            {"operation": "history", "session_id": "abc123", "job_id": "0X"},
            "NotFound",
            "job_id",
            "there is no job 0X in this session.",
        ),
        (
            {"operation": "history", "session_id": "abc123", "job_id": "0X", "since": "yesterday"},
            "InvalidRequest",
            "since",
            'since is "yesterday": it must be the id of an event, or a time such as 2026-11-24T04:05:06.789Z.',
        ),
        ({"operation": "stats", "job": 1}, "InvalidRequest", "job", "job is not a known field"),
        ({**SUBMIT, "tenant": "x"}, "InvalidRequest", "tenant", "tenant is not a known field"),
    ],
)
def test_a_bad_request_is_answered_with_code_field_and_sentence(desk, request_, code, field, words):
    answer = app.handler(request_, None)
    assert not answer["success"]
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, field)
    assert words in answer["error"]["message"]


@pytest.mark.contract("request.envelope")
@pytest.mark.parametrize("event", [None, [], "submit", 3])
def test_what_is_no_object_is_answered_too(desk, event):
    assert app.handler(event, None)["error"]["code"] == "InvalidRequest"


@pytest.mark.contract("request.envelope")
def test_what_breaks_inside_is_internal_and_tells_no_secrets(desk, monkeypatch):
    def broken(_):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(desk.jobs, "session_jobs", broken)
    answer = app.handler({"operation": "status", "session_id": "abc123"}, None)
    assert answer["error"]["code"] == "Internal"
    assert "hunter2" not in json.dumps(answer)


def http_event(route, body=None, **extra):
    return {"version": "2.0", "routeKey": route, "headers": {}, "body": body, "isBase64Encoded": False, **extra}


def respond(event):
    response = app.handler(event, None)
    return response["statusCode"], json.loads(response["body"])


@pytest.mark.contract("http.status-codes")
def test_http_gives_the_same_bodies_with_the_status_codes_of_the_contract(desk):
    code, body = respond(http_event("POST /jobs", json.dumps({**SUBMIT, "job_type": "stitch_video"})))
    assert (code, body["data"]["status"]) == (202, "queued")
    path = {"session_id": "abc123", "job_id": body["data"]["job_id"]}
    assert respond(http_event("GET /sessions/{session_id}/jobs/{job_id}", pathParameters=path))[0] == 200
    assert respond(http_event("GET /sessions/{session_id}", pathParameters={"session_id": "abc123"}))[0] == 200
    assert respond(http_event("GET /stats"))[1]["data"]["queued"]["total"] == 1
    assert respond(http_event("POST /process"))[1]["data"]["started"] == [path["job_id"]]
    assert respond(http_event("GET /health"))[1]["data"]["status"] == "ok"
    assert respond(http_event("GET /sessions/{session_id}", pathParameters={"session_id": "x"}))[0] == 404


@pytest.mark.contract("http.idempotency-key")
def test_the_idempotency_header_is_the_idempotency_key(desk):
    event = http_event("POST /jobs", json.dumps(SUBMIT), headers={"idempotency-key": "k"})
    assert "duplicate" not in respond(event)[1]["data"]
    assert respond(event)[1]["data"]["duplicate"]
    other = http_event("POST /jobs", json.dumps({**SUBMIT, "priority": 1}), headers={"idempotency-key": "k"})
    assert respond(other)[0] == 409


@pytest.mark.parametrize("body", ["{", "[1]", '"x"', "\x00"])
def test_a_body_that_is_no_json_object_is_a_bad_request(desk, body):
    assert respond(http_event("POST /jobs", body))[0] == 400


def test_a_body_in_base64_is_read(desk):
    import base64

    body = base64.b64encode(json.dumps(SUBMIT).encode()).decode()
    assert respond(http_event("POST /jobs", body, isBase64Encoded=True))[0] == 202


@pytest.mark.contract("http.routes")
def test_every_route_of_the_template_is_served_and_no_other():
    from tests.adapters.conftest import TEMPLATE
    from workbench.embedded.translate import load

    events = load(TEMPLATE)["Resources"]["JobManagerFunction"]["Properties"]["Events"].values()
    routes = {f"{event['Properties']['Method']} {event['Properties']['Path']}" for event in events}
    assert routes == {*ROUTES, DOWNLOAD, HEALTH, OPENAPI}


def test_a_refusal_from_the_path_wins_over_the_body(desk):
    event = http_event(
        "GET /sessions/{session_id}", json.dumps({"session_id": "other"}), pathParameters={"session_id": "abc 123"}
    )
    code, body = respond(event)
    assert (code, body["error"]["field"]) == (400, "session_id")


def test_perform_refuses_what_the_schema_refuses(desk):
    with pytest.raises(RequestRefused):
        perform({"operation": "stats", "x": 1}, desk)


def test_a_job_is_cancelled_retried_and_listed(desk):
    job_id = perform(SUBMIT, desk)["job_id"]
    ids = {"session_id": "abc123", "job_id": job_id}
    assert perform({"operation": "cancel", **ids}, desk) == {"status": "cancelled"}
    assert perform({"operation": "cancel", **ids}, desk) == {"status": "cancelled"}
    assert perform({"operation": "retry", **ids, "from": "start"}, desk) == {
        "job_id": job_id,
        "status": "queued",
        "attempt": 2,
        "position": 1,
    }
    (listed,) = perform({"operation": "list"}, desk)["jobs"]
    assert (listed["job_id"], listed["status"], listed["attempt"]) == (job_id, "queued", 2)
    assert perform({"operation": "list", "status": "failed"}, desk) == {"jobs": []}


def test_listing_over_http_takes_its_fields_from_the_query(desk):
    for _ in range(3):
        perform(SUBMIT, desk)
    code, body = respond(http_event("GET /jobs", queryStringParameters={"limit": "2", "status": "queued"}))
    assert (code, len(body["data"]["jobs"])) == (200, 2)
    cursor = body["data"]["cursor"]
    rest = http_event("GET /jobs", queryStringParameters={"cursor": cursor, "status": "queued"})
    assert len(respond(rest)[1]["data"]["jobs"]) == 1
    assert respond(http_event("GET /jobs", queryStringParameters={"limit": "0"}))[0] == 400


def test_cancel_and_retry_over_http_name_the_job_in_the_path(desk):
    path = {"session_id": "abc123", "job_id": perform(SUBMIT, desk)["job_id"]}
    route = "POST /sessions/{session_id}/jobs/{job_id}/"
    assert respond(http_event(f"{route}retry", pathParameters=path))[0] == 409
    assert respond(http_event(f"{route}cancel", pathParameters=path))[0] == 202
    assert respond(http_event(f"{route}retry", '{"from": "start"}', pathParameters=path))[0] == 202


def test_the_history_of_a_job_that_waits_is_empty_and_a_wrong_time_or_attempt_is_refused(desk):
    path = {"session_id": "abc123", "job_id": perform(SUBMIT, desk)["job_id"]}
    route = "GET /sessions/{session_id}/jobs/{job_id}/history"

    def ask(**query):
        code, body = respond(http_event(route, pathParameters=path, queryStringParameters=query))
        return code, body.get("data") or body["error"]["message"]

    assert ask() == (200, {**path, "attempt": 1, "states": [], "events": [], "last_event_id": 0})
    assert ask(since="7", attempt="1")[1]["last_event_id"] == 7
    assert ask(since="2026-11-24T04:05:06Z")[0] == 200
    assert ask(since="2026-13-24T04:05:06Z") == (
        400,
        "since is '2026-13-24T04:05:06Z': it must be the id of an event, or a time such as 2026-11-24T04:05:06.789Z.",
    )
    assert ask(attempt="2") == (400, "attempt is 2: it must be 1 or less, the attempts that the job has had.")


@pytest.mark.parametrize("request_", [{"operation": "list", "limit": 5.0}, {"operation": "process", "max_jobs": 5.0}])
def test_a_whole_number_may_be_written_with_a_point(desk, request_):
    assert app.handler(SUBMIT, None)["success"]
    assert app.handler(request_, None)["success"]


def test_an_unknown_name_is_told_short_and_without_control_characters(desk):
    error = app.handler({**SUBMIT, "\x1b[31m" + "n" * 5000: 1}, None)["error"]
    assert error["field"] == "\\u001b[31m" + "n" * 70
    assert error["message"].startswith(error["field"] + " is not a known field; ")


def test_a_timeline_that_names_what_is_not_there_repeats_little_of_it(desk):
    payload = {"videos": ["v" * 250], "timeline": [{"video": "w" * 5000}]}
    message = app.handler({**SUBMIT, "payload": payload}, None)["error"]["message"]
    short = "w" * 79 + "…", "v" * 79 + "…"
    assert message == f"payload.timeline[0].video is {short[0]!r}: it must be one of the job's videos ({short[1]})."
