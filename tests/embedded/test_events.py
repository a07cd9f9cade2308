"""Every file of events/ fits its schema, and does on the embedded stack what its name says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from job_manager.http import to_request
from roughcut.contracts import check
from roughcut.contracts.routes import DOWNLOAD, HEALTH, OPENAPI, ROUTES
from roughcut.jobs.request import parse_submit
from tests.answers import check_answer
from tests.machines.running import TEMPLATE
from tests.media.clips import flash
from workbench.embedded.running import Stack

EVENTS = TEMPLATE.parent / "events"
NAMES = sorted(path.relative_to(EVENTS).with_suffix("").as_posix() for path in EVENTS.rglob("*.json"))
EXAMPLE = "01KAV6Z5W0DEMJ0B0000000001"  # the job id in the files, which people replace by theirs
# In the order of the state machine: each reads what the one before wrote.
STAGES = {
    "generate_slides": "slide-generator",
    "stitch_video": "video-stitcher",
    "quote_job": "video-stitcher",
    "plan_film": "video-optimizer",
    "encode_chunk": "chunk-encoder",
    "package_rung": "video-optimizer",
    "finish_film": "video-optimizer",
}


def event(name: str, job_id: str = EXAMPLE) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text().replace(EXAMPLE, job_id))


def of(door: str) -> list[str]:
    return [name.partition("/")[2] for name in NAMES if name.startswith(f"{door}/")]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(TEMPLATE, environment={"MAX_CONCURRENT_JOBS": "0"}) as running:
        yield running


@pytest.fixture
def job_id(stack: Stack) -> str:
    return str(stack.invoke("job-queue-manager", event("invoke/submit"))["data"]["job_id"])


def job(stack: Stack, session_id: str, job_id: str) -> Any:
    request = {"operation": "status", "session_id": session_id, "job_id": job_id}
    return stack.invoke("job-queue-manager", request).get("data")


def dispatch(stack: Stack, name: str, job_id: str = EXAMPLE) -> list[str]:
    """The ids of the messages that failed."""
    answer = stack.invoke("job-dispatcher", event(f"sqs/{name}", job_id))
    return [failed["itemIdentifier"] for failed in answer["batchItemFailures"]]


def test_every_operation_has_an_event_at_each_door():
    assert {event(f"invoke/{name}")["operation"] for name in of("invoke")} == {r.operation for r in ROUTES.values()}
    assert {event(f"http/{name}")["routeKey"] for name in of("http")} == {*ROUTES, DOWNLOAD, HEALTH, OPENAPI}
    assert {*of("sqs")} == {"job", "submit", "garbage", "wake"}
    assert {*of("stage")} == {*STAGES} and of("schedule") == ["sweep"]


@pytest.mark.parametrize("name", of("invoke"))
def test_an_invocation_fits_its_schema(name):
    assert check(event(f"invoke/{name}"), event(f"invoke/{name}")["operation"])


@pytest.mark.parametrize("name", [name for name in of("http") if name not in ("health", "openapi", "download")])
def test_a_request_by_http_fits_the_schema_of_its_operation(name):
    request = to_request(event(f"http/{name}"))
    assert check(request, request["operation"])


@pytest.mark.parametrize("name", of("stage"))
def test_the_input_of_a_stage_fits_its_schema(name):
    assert check(event(f"stage/{name}"), f"{name}.in")


def test_the_submit_request_of_a_third_party_fits_the_schema():
    (record,) = event("sqs/submit")["Records"]
    assert check(json.loads(record["body"]), "submit")


def test_the_sweep_is_what_the_template_schedules():
    assert json.dumps(event("schedule/sweep")) in TEMPLATE.read_text()


@pytest.mark.parametrize("name", [name for name in of("invoke") if name not in ("retry", "links")])
def test_an_invocation_succeeds(stack, job_id, name):
    answer = stack.invoke("job-queue-manager", event(f"invoke/{name}", job_id))
    assert answer["success"], answer


def test_a_cancelled_job_is_retried_by_invocation_and_by_http(stack, job_id):
    for door, succeeded in (("invoke", "success"), ("http", "statusCode")):
        assert stack.invoke("job-queue-manager", event(f"{door}/cancel", job_id))[succeeded] in (True, 202)
        assert stack.invoke("job-queue-manager", event(f"{door}/retry", job_id))[succeeded] in (True, 202)
    assert job(stack, "demo", job_id)["attempt"] == 3


@pytest.mark.parametrize("name", [name for name in of("http") if name not in ("retry", "links", "download")])
def test_a_request_by_http_is_answered_as_the_document_says(stack, job_id, name):
    given = event(f"http/{name}", job_id)
    answer = stack.invoke("job-queue-manager", given)
    assert answer["statusCode"] == (ROUTES[given["routeKey"]].success if given["routeKey"] in ROUTES else 200)
    assert name == "openapi" or check_answer(given["routeKey"], answer["statusCode"], json.loads(answer["body"]))


def test_a_job_that_waits_has_no_links_and_a_strange_token_leads_nowhere(stack, job_id):
    assert stack.invoke("job-queue-manager", event("invoke/links", job_id))["error"]["code"] == "Conflict"
    for name, route, code in (
        ("links", "GET /sessions/{session_id}/jobs/{job_id}/links", 409),
        ("download", DOWNLOAD, 404),
    ):
        answer = stack.invoke("job-queue-manager", event(f"http/{name}", job_id))
        assert answer["statusCode"] == code and check_answer(route, code, json.loads(answer["body"]))


def test_the_message_of_a_known_job_is_taken(stack, job_id):
    assert dispatch(stack, "job", job_id) == []


def test_the_submit_request_of_a_third_party_becomes_one_job(stack):
    def count() -> int:
        return len(stack.invoke("job-queue-manager", {"operation": "list", "limit": 200})["data"]["jobs"])

    before = count()
    assert dispatch(stack, "submit") == dispatch(stack, "submit") == []
    assert count() == before + 1


def test_garbage_fails_and_becomes_a_row_that_shows_it(stack):
    (record,) = event("sqs/garbage")["Records"]
    assert dispatch(stack, "garbage") == [record["messageId"]]
    assert job(stack, "_quarantine", record["messageId"])["error"]["code"] == "Poisoned"


def test_the_end_of_an_execution_is_taken_whether_its_job_is_known_or_not(stack, job_id):
    assert dispatch(stack, "wake", job_id) == dispatch(stack, "wake") == []
    assert job(stack, "demo", job_id)["status"] == "queued"


def test_the_sweep_finds_nothing_to_repair(stack):
    assert stack.invoke("job-dispatcher", event("schedule/sweep")) == {"reconciled": 0, "started": [], "repaired": []}


def test_the_stages_make_the_film_in_their_order(stack: Stack, tmp_path: Path) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["MediaBucketName"]
    flash(tmp_path / "clip.mp4", size="426x240", rate="30", seconds=1)
    s3.upload_file(str(tmp_path / "clip.mp4"), bucket, "sessions/demo/videos/clip.mp4")
    stored = parse_submit(check(event("invoke/submit"), "submit")).stored
    s3.put_object(Bucket=bucket, Key=event("stage/plan_film")["job"]["request_key"], Body=stored)
    # Workers of an attempt without such a row end themselves: it would be over.
    row = {"session_id": {"S": "demo"}, "job_id": {"S": f"{EXAMPLE}/progress"}, "attempt": {"N": "1"}}
    stack.client("dynamodb").put_item(TableName="Sessions", Item=row)

    answers = {}
    for name in ("quote_job", "generate_slides", "stitch_video", "plan_film", "encode_chunk", "package_rung"):
        answers[name] = check(stack.invoke(STAGES[name], event(f"stage/{name}")), f"{name}.out")
        for item in answers[name]["items"][1:] if name == "plan_film" else ():
            stack.invoke(STAGES["encode_chunk"], {**event("stage/encode_chunk"), "item": item})
    finish = event("stage/finish_film")
    assert finish["packages"][0]["key"] == answers["package_rung"]["key"]
    made = stack.invoke(STAGES["finish_film"], finish)
    result = json.loads(s3.get_object(Bucket=bucket, Key=made["result_key"])["Body"].read())
    assert [rendition["resolution"] for rendition in result["renditions"]] == ["240p"]
