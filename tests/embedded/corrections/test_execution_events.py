import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded.corrections.conftest import Run
from tests.embedded.waiting import until
from workbench.embedded.running import Stack


def detail_of(stack: Stack, execution: str, status: str) -> dict[str, Any]:
    """Of the event of this status; one that was sent before may be received after it."""
    events = statuses_of(stack, execution, status)
    detail: dict[str, Any] = next(event["detail"] for event in events if event["detail"]["status"] == status)
    return detail


def statuses_of(stack: Stack, execution: str, last: str) -> list[dict[str, Any]]:
    """The events of one execution up to its `last` status, in the order they came."""
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    events: list[dict[str, Any]] = []

    def look() -> bool:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        bodies = [json.loads(message["Body"]) for message in messages]
        events.extend(body for body in bodies if body["detail"].get("executionArn") == execution)
        return last in [event["detail"]["status"] for event in events]

    until(look)
    return events


@pytest.mark.like_aws(
    "Step Functions",
    "EventBridge is told when an execution starts and ends, after DescribeExecution shows it",
    differs="at best effort: an event can be late, twice or missing",
)
def test_an_execution_announces_its_start_and_its_end(stack: Stack, run: Run) -> None:
    end = run({"n": 1}, Only={"Type": "Pass", "End": True})

    events = statuses_of(stack, end["executionArn"], "SUCCEEDED")

    assert sorted(event["detail"]["status"] for event in events) == ["RUNNING", "SUCCEEDED"]
    assert {event["source"] for event in events} == {"aws.states"}
    assert {event["detail-type"] for event in events} == {"Step Functions Execution Status Change"}
    detail = next(event["detail"] for event in events if event["detail"]["status"] == "SUCCEEDED")
    assert detail["name"] == end["name"]
    assert detail["stateMachineArn"] == end["stateMachineArn"]
    assert json.loads(detail["output"]) == {"n": 1}
    assert detail["stopDate"] >= detail["startDate"] > 1_000_000_000_000


@pytest.mark.like_aws("Step Functions", "A stopped execution is told of as ABORTED, with its error")
def test_a_stopped_execution_is_announced_as_aborted(stack: Stack, machine: Callable[..., str]) -> None:
    states = stack.client("stepfunctions")
    arn = machine(Waits={"Type": "Wait", "Seconds": 600, "End": True})
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    states.stop_execution(executionArn=execution, error="Cancelled")

    aborted = detail_of(stack, execution, "ABORTED")

    assert (aborted["status"], aborted["error"]) == ("ABORTED", "Cancelled")


@pytest.mark.like_aws("Step Functions", "A failed execution is told of as FAILED, with error and cause")
def test_a_failed_execution_is_announced_as_failed(stack: Stack, run: Run) -> None:
    end = run(Only={"Type": "Fail", "Error": "EncodeFailed", "Cause": "no"})

    failed = detail_of(stack, end["executionArn"], "FAILED")

    assert (failed["error"], failed["cause"], failed["output"]) == ("EncodeFailed", "no", None)
