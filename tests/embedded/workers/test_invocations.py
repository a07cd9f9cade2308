"""What a handler gets and what becomes of what it returns or raises."""

import json
from typing import Any

import pytest

from workbench.embedded.workers.logpipe import LONGEST_LINE
from workbench.embedded.workers.outcome import Outcome, UnknownFunction
from workbench.embedded.workers.pool import Pool


def act(pool: Pool, do: str, name: str = "actor", **more: Any) -> Outcome:
    return pool.invoke(name, json.dumps({"do": do, **more}).encode())


def test_a_handler_gets_its_event_and_its_answer_comes_back(pool: Pool) -> None:
    event = {"text": "grüße 你好", "list": [1, 2.5, None, True], "nested": {"a": {}}}

    outcome = pool.invoke("echo", json.dumps(event).encode())

    assert outcome.error is None
    assert outcome.value["event"] == event


@pytest.mark.like_aws("Lambda", "The context tells function, memory and the time that is left")
def test_a_handler_knows_its_function_its_memory_and_the_time_it_has_left(pool: Pool) -> None:
    context = pool.invoke("echo", b"{}").value["context"]

    assert context["name"] == "echo"
    assert context["arn"].endswith(":function:echo")
    assert context["memory"] == 256
    assert 0 < context["remaining_ms"] <= 3000


@pytest.mark.like_aws(
    "Lambda", "A worker is warm and serves one call at a time", differs="nobody promises which worker is next"
)
def test_a_worker_is_warm_and_serves_one_invocation_after_the_other(pool: Pool) -> None:
    first, second = (pool.invoke("echo", b"{}").value for _ in range(2))

    assert first["pid"] == second["pid"]
    assert first["context"]["request"] != second["context"]["request"]


@pytest.mark.like_aws(
    "Lambda",
    "A function's environment is the template's, and Lambda's own",
    differs="AWS_ENDPOINT_URL and TMPDIR are not there",
)
def test_only_lambdas_environment_reaches_a_worker(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_CALLER", "1")

    environment = pool.invoke("echo", b"{}").value["environment"]

    assert "A_SECRET_OF_THE_CALLER" not in environment
    assert environment["GREETING"] == "hello"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "echo"
    assert environment["TMPDIR"] == environment["HOME"] != "/tmp"


def test_a_handler_runs_in_its_own_folder_and_sees_nothing_of_the_workbench(pool: Pool) -> None:
    seen = pool.invoke("echo", b"{}").value

    assert seen["folder"] == seen["environment"]["LAMBDA_TASK_ROOT"]
    assert seen["modules"] == []


def test_an_error_keeps_its_class_name_and_its_message(pool: Pool) -> None:
    outcome = act(pool, "raise")

    assert outcome.error == "Unhandled"
    assert outcome.value["errorType"] == "EncodeFailed"
    assert outcome.value["errorMessage"] == "the encoder said no"
    assert "small.py" in "".join(outcome.value["stackTrace"])


def test_a_worker_survives_an_error_of_its_handler(pool: Pool) -> None:
    before = act(pool, "pid").value
    act(pool, "raise")

    assert act(pool, "pid").value == before


@pytest.mark.like_aws("Lambda", "A handler that cannot be imported fails each call by name")
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("broken", "Runtime.ImportModuleError"),
        ("nameless", "Runtime.HandlerNotFound"),
        ("unreadable", "LookupError"),
    ],
)
def test_a_handler_that_cannot_be_imported_says_why(pool: Pool, name: str, error: str) -> None:
    outcome = pool.invoke(name, b"{}")

    assert outcome.error == "Unhandled"
    assert outcome.value["errorType"] == error


@pytest.mark.like_aws("Lambda", "An answer that JSON cannot hold is Runtime.MarshalError")
def test_what_json_cannot_hold_is_a_marshal_error(pool: Pool) -> None:
    assert act(pool, "unspeakable").value["errorType"] == "Runtime.MarshalError"


def test_an_event_that_is_not_json_is_an_unmarshal_error(pool: Pool) -> None:
    assert pool.invoke("echo", b"{").value["errorType"] == "Runtime.UnmarshalError"


def test_numbers_of_dynamodb_can_be_returned(pool: Pool) -> None:
    assert act(pool, "decimal").value == {"whole": 7, "broken": 0.5}


@pytest.mark.like_aws("Lambda", "An answer of some megabytes arrives whole", differs="6 MB at most")
def test_a_large_answer_arrives_whole(pool: Pool) -> None:
    text = "x" * 3_000_000

    assert act(pool, "return", text=text).value["text"] == text


def test_what_a_function_prints_is_its_log(pool: Pool, lines: list[tuple[str, str]]) -> None:
    outcome = act(pool, "print", line="grüße from the handler\nand a second line\n")

    assert "grüße from the handler\nand a second line\n" in outcome.log
    assert ("actor", "and a second line") in lines


def test_a_log_is_of_one_invocation(pool: Pool) -> None:
    act(pool, "print", line="first\n")

    assert "first" not in act(pool, "print", line="second\n").log


def test_a_line_without_an_end_is_cut(pool: Pool, lines: list[tuple[str, str]]) -> None:
    act(pool, "print", line="x" * 1_000_000)

    lengths = [len(line) for _, line in lines]
    assert max(lengths) <= LONGEST_LINE + 64 * 1024
    assert sum(lengths) > 256 * 1024


def test_an_unknown_function_is_refused(pool: Pool) -> None:
    with pytest.raises(UnknownFunction, match="nobody"):
        pool.invoke("nobody", b"{}")
