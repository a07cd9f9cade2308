import json

import pytest

from roughcut.contracts import check
from roughcut.jobs.order import Priority
from roughcut.jobs.request import PAYLOAD_LIMIT, RequestRefused, parse_submit


def submit(payload, **fields):
    return parse_submit(check({"session_id": "abc123", "payload": payload, **fields}, "submit"))


def refusal(payload, **fields):
    with pytest.raises(RequestRefused) as refused:
        submit(payload, **fields)
    return refused.value


@pytest.mark.contract("submit.types")
def test_defaults_are_those_of_the_contract():
    request = submit({"videos": ["a.mp4"]})
    assert (request.job_type, request.priority, request.idempotency_key) == ("full_pipeline", Priority.NORMAL, None)


@pytest.mark.contract("submit.priority")
@pytest.mark.parametrize("given", [1, "HIGH", "high", "High"])
def test_a_class_is_a_number_or_a_name_in_any_case(given):
    assert submit({"videos": ["a.mp4"]}, priority=given).priority is Priority.HIGH


def test_equal_requests_have_equal_bytes_whatever_the_order_of_their_fields():
    one = submit({"videos": ["a.mp4"], "hls": True}, priority="high")
    other = submit({"hls": True, "videos": ["a.mp4"]}, priority=1)
    assert (one.stored, one.digest) == (other.stored, other.digest)
    assert submit({"videos": ["b.mp4"]}).digest != one.digest


def test_the_stored_request_holds_what_the_stages_need_and_not_the_key():
    stored = json.loads(submit({"videos": ["a.mp4"]}, idempotency_key="k").stored)
    assert stored == {
        "v": 1,
        "session_id": "abc123",
        "job_type": "full_pipeline",
        "priority": 5,
        "payload": {"videos": ["a.mp4"]},
    }


@pytest.mark.parametrize(
    "job_type, payload, field",
    [
        ("full_pipeline", {}, "payload.videos"),
        ("stitch_video", {"resolutions": ["720p"]}, "payload.videos"),
        ("generate_slides", {"videos": ["a.mp4"]}, "payload.slides"),
        ("full_pipeline", {"videos": ["a.mp4"], "input": "a.mp4"}, "payload.input"),
        ("full_pipeline", {"videos": [{"name": "a.mp4", "start": 2, "end": 2}]}, "payload.videos[0].end"),
        ("full_pipeline", {"slides": ["intro.png", "intro.jpg"]}, "payload.slides[1]"),
        ("full_pipeline", {"videos": ["a.mp4"], "timeline": [{"video": "b.mp4"}]}, "payload.timeline[0].video"),
        ("full_pipeline", {"videos": ["é" * 128]}, "payload.videos[0]"),
    ],
)
def test_a_request_that_makes_no_film_is_refused_by_field(job_type, payload, field):
    refused = refusal(payload, job_type=job_type)
    assert (refused.code, refused.field) == ("InvalidRequest", field)
    assert refused.message.startswith(field)


def test_slides_alone_make_a_film():
    assert submit({"slides": ["intro.png"]}).slide_count == 1


def test_a_payload_over_64_kilobytes_is_too_large():
    names = [f"{n:03d}" + "x" * 200 for n in range(400)]
    refused = refusal({"videos": names})
    assert refused.code == "PayloadTooLarge"
    assert str(PAYLOAD_LIMIT) in refused.message
