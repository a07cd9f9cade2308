"""JSON from outside, read strictly, whichever door it came through."""

import math

import pytest

from job_manager.operations import perform
from roughcut.contracts import ContractBroken, check
from roughcut.contracts.documents import Unreadable, parsed
from roughcut.dispatch.intake import NotAJob, take_in
from roughcut.jobs.request import RequestRefused
from tests.fakes.desk import fake_desk

SUBMIT = {"operation": "submit", "session_id": "abc", "payload": {"slides": ["intro.png"]}}


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON: "),
        ('{"a": 1, "a": 2}', "has the field 'a' twice in one object: once is right."),
        ('{"a": {"b": 1, "b": 1}}', "has the field 'b' twice"),
        ('{"a": NaN}', "has the value NaN, which JSON does not know"),
        ('{"a": -Infinity}', "has the value -Infinity"),
        (deep(34), "is nested deeper than 32 levels: it must be 32 or fewer."),
        (deep(100_000), "is nested deeper than 32 levels"),
    ],
)
def test_what_readers_could_take_differently_is_refused(text, said):
    with pytest.raises(Unreadable) as refused:
        parsed(text)
    assert str(refused.value).startswith(said)


def test_a_document_at_the_limit_is_read():
    assert parsed(deep(33)) == eval(deep(33))


@pytest.mark.contract("keys.session-id")
@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (
            {"payload": {"slides": ["a.png"], "fps": math.nan}},
            "payload.fps",
            "payload.fps is nan: numbers must be finite.",
        ),
        (
            {"payload": {"videos": [{"name": "a", "end": math.inf}]}},
            "payload.videos[0].end",
            "payload.videos[0].end is inf",
        ),
        (
            {"session_id": "\ud800"},
            "session_id",
            r"session_id is '\ud800': it must be Unicode text, without lone surrogates",
        ),
        (
            {"payload": {"slides": ["\udc00.png"]}},
            "payload.slides[0]",
            r"payload.slides[0] is '\udc00.png': it must be",
        ),
        ({"payload": {"\udfff": 1}}, "payload", r"payload is '\udfff': it must be Unicode text"),
        ({"session_id": "abc\n"}, "session_id", 'session_id is "abc\\n": it must be 1 to 64 letters'),
    ],
)
def test_a_direct_invocation_is_held_to_the_same(change, field, said):
    with pytest.raises(RequestRefused) as refused:
        perform({**SUBMIT, **change}, fake_desk())
    assert (refused.value.code, refused.value.field) == ("InvalidRequest", field)
    assert refused.value.message.startswith(said)


def test_a_request_that_is_nested_too_deep_is_refused_before_it_is_walked():
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(ContractBroken, match="nested deeper than 32 levels"):
        check({**SUBMIT, "payload": nested}, "submit")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"session_id": "a", "session_id": "b", "payload": {}}', "it has the field 'session_id' twice"),
        ('{"session_id": "a", "payload": {"fps": NaN}}', "it has the value NaN"),
        (deep(40), "it is nested deeper than 32 levels"),
    ],
)
def test_a_message_is_held_to_the_same(body, said):
    with pytest.raises(NotAJob, match=said):
        take_in(fake_desk(), "M1", body)
