import json

import pytest

from roughcut.contracts import ContractBroken, check, schema
from roughcut.contracts.check import _SCHEMAS

CASES = [
    ({"session_id": "a b"}, "session_id", 'session_id is "a b": it must be 1 to 64 letters, digits, _ or -, the first'),
    ({"payload": {"video": []}}, "payload.video", "payload.video is not a known field; did you mean videos?"),
    ({"payload": {"x": 1}}, "payload.x", "payload.x is not a known field; known here: "),
    ({"priority": "urgent"}, "priority", 'priority is "urgent": it must be 1 (HIGH), 5 (NORMAL) or 10 (LOW).'),
    ({"priority": 7}, "priority", "priority is 7: it must be 1 (HIGH), 5 (NORMAL) or 10 (LOW)."),
    ({"payload": {"videos": ["../x"]}}, "payload.videos[0]", 'payload.videos[0] is "../x": it must be a file name'),
    ({"payload": {"videos": [".."]}}, "payload.videos[0]", 'payload.videos[0] is "..": it must be a file name'),
    ({"payload": {"hls": "yes"}}, "payload.hls", 'payload.hls is "yes": it must be true or false.'),
    ({"job_type": "stitch"}, "job_type", 'job_type is "stitch": it must be one of stitch_video, optimize_video, '),
    ({"payload": {"resolutions": []}}, "payload.resolutions", "payload.resolutions is []: it must be a list of 1 or"),
    ({"payload": {"timeline": [{}]}}, "payload.timeline[0]", "payload.timeline[0] is {}: it must be "),
    ({"payload": 3}, "payload", "payload is 3: it must be an object."),
    ({"idempotency_key": ""}, "idempotency_key", 'idempotency_key is "": it must be 1 characters or more.'),
]


@pytest.mark.contract("request.refusal")
@pytest.mark.parametrize("change, field, message", CASES)
def test_a_refusal_names_field_value_and_what_would_be_right(change, field, message):
    with pytest.raises(ContractBroken) as broken:
        check({"session_id": "abc123", "payload": {"videos": ["a.mp4"]}, **change}, "submit")
    assert broken.value.field == field
    assert broken.value.message.startswith(message)
    assert broken.value.message.endswith((".", "?"))


def test_a_slides_text_of_5000_characters_is_refused_without_repeating_it():
    slide = {"id": "intro", "type": "title", "content": {"title": "x" * 5000}}
    with pytest.raises(ContractBroken) as broken:
        check({"session_id": "abc123", "payload": {"slides": [slide]}}, "submit")
    assert broken.value.field == "payload.slides[0].content.title"
    assert len(broken.value.message) < 250


@pytest.mark.contract("payload.slides")
@pytest.mark.parametrize(
    "kind, missing", [("title", "title"), ("section", "title"), ("end", "title"), ("image", "name")]
)
def test_each_kind_of_slide_has_its_own_content(kind, missing):
    slide = {"id": "s", "type": kind, "content": {}}
    with pytest.raises(ContractBroken) as broken:
        check({"session_id": "abc123", "payload": {"slides": [slide]}}, "submit")
    assert broken.value.field == f"payload.slides[0].content.{missing}"


def test_what_is_not_an_object_is_refused():
    with pytest.raises(ContractBroken, match="the request is \\[1\\]: it must be an object"):
        check([1], "submit")


@pytest.mark.parametrize("path", sorted(_SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_is_a_schema_with_a_title_of_its_own_name(path):
    from jsonschema import Draft202012Validator

    document = schema(path.name.removesuffix(".schema.json"))
    Draft202012Validator.check_schema(document)
    assert document["title"] == path.name.removesuffix(".schema.json")
    assert json.loads(path.read_text()) == document
