"""What functions print, in CloudWatch Logs."""

import json
from typing import Any

import pytest
from moto.logs.models import logs_backends

from tests.embedded.waiting import until
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.journal import Journal
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION


def events(stack: Stack, function: str, pattern: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{function}", filterPattern=pattern
    )["events"]
    return found


@pytest.mark.like_aws("Lambda", "What a function prints is in CloudWatch Logs, between START and END, with a REPORT")
def test_a_functions_lines_stand_between_those_of_lambda(stack: Stack) -> None:
    stack.invoke("single", {"do": "print", "line": "a line to be found\n"})

    (line,) = until(lambda: events(stack, "single", '"a line to be found"'))
    whole = stack.client("logs").get_log_events(
        logGroupName="/aws/lambda/single", logStreamName=line["logStreamName"], startFromHead=True
    )["events"]
    messages = [event["message"] for event in whole]
    place = messages.index("a line to be found")
    assert messages[place - 1].startswith("START RequestId: ")
    assert messages[place - 1].endswith(" Version: $LATEST")
    assert messages[place + 1].startswith("END RequestId: ")
    for field in ("Duration: ", "Billed Duration: ", "Memory Size: 256 MB", "Max Memory Used: "):
        assert f"\t{field}" in messages[place + 2]


def test_a_worker_that_did_not_survive_is_told_of(stack: Stack) -> None:
    stack.client("lambda").invoke(FunctionName="single", Payload=json.dumps({"do": "leave"}).encode())

    assert until(lambda: events(stack, "single", '"Error Type: Runtime.ExitError"'))
    assert until(lambda: events(stack, "single", '"exit status 3"'))


@pytest.mark.usefixtures("stack")
def test_the_oldest_lines_go_when_there_are_too_many() -> None:
    journal = Journal(kept=10_000)

    for number in range(50):
        journal.keep("bounded", f"stream-{number // 10}", f"line {number} " + "x" * 200)

    streams = logs_backends[ACCOUNT][REGION].groups["bounded"].streams
    kept = [event.message.split()[1] for stream in streams.values() for event in stream.events]
    assert kept == [str(number) for number in range(50 - len(kept), 50)]
    assert 15 <= len(kept) <= 20
    assert "stream-0" not in streams
