from typing import Any

import pytest

from tests.embedded.corrections.conftest import Run, task
from workbench.embedded.running import Stack

CAUGHT = {"Type": "Pass", "Result": "caught", "End": True}
LIMITS = {"TimeoutSeconds": 30, "HeartbeatSeconds": 1}
WAIT = {"do": "wait", "seconds": 4}


def caught_as(error: str) -> dict[str, Any]:
    return {"Catch": [{"ErrorEquals": [error], "Next": "Caught"}], **LIMITS}


@pytest.mark.like_aws("Step Functions", "A task that sends no heartbeat in time fails with States.HeartbeatTimeout")
def test_a_task_that_waits_for_its_token_needs_a_heartbeat(stack: Stack, run: Run) -> None:
    waits = task(stack, **LIMITS, Resource="arn:aws:states:::lambda:invoke.waitForTaskToken")
    waits["Parameters"] = {**waits["Parameters"], "Payload": {"do": "return", "token.$": "$$.Task.Token"}}
    del waits["Parameters"]["Payload.$"]

    end = run({}, Waits=waits)

    assert (end["status"], end["error"]) == ("FAILED", "States.HeartbeatTimeout")


@pytest.mark.like_aws("Step Functions", "Catch of States.HeartbeatTimeout or States.Timeout takes a missed heartbeat")
@pytest.mark.parametrize("error", ["States.HeartbeatTimeout", "States.Timeout"])
def test_a_plain_call_has_its_heartbeat_to_end(stack: Stack, run: Run, error: str) -> None:
    end = run(WAIT, Waits=task(stack, **caught_as(error)), Caught=CAUGHT)

    assert (end["status"], end["output"]) == ("SUCCEEDED", '"caught"')


def test_a_timeout_is_no_missed_heartbeat(stack: Stack, run: Run) -> None:
    limits = {**caught_as("States.HeartbeatTimeout"), "TimeoutSeconds": 1}
    del limits["HeartbeatSeconds"]

    assert run(WAIT, Waits=task(stack, **limits), Caught=CAUGHT)["error"] == "States.Timeout"
