from collections.abc import Callable

import pytest

from tests.embedded.corrections.conftest import ended
from workbench.embedded.running import Stack

LONG = {"Type": "Wait", "Seconds": 600, "End": True}


@pytest.mark.like_aws("Step Functions", "StopExecution ends an execution at once, with error and cause")
def test_a_stopped_execution_is_aborted_at_once_with_error_and_cause(stack: Stack, machine: Callable[..., str]) -> None:
    states = stack.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine(Waits=LONG))["executionArn"]

    stopped = states.stop_execution(executionArn=execution, error="Cancelled", cause="by its owner")
    seen = states.describe_execution(executionArn=execution)

    assert (seen["status"], seen["error"], seen["cause"]) == ("ABORTED", "Cancelled", "by its owner")
    assert seen["stopDate"] == stopped["stopDate"]


@pytest.mark.like_aws("Step Functions", "StopExecution changes nothing of what has ended")
def test_stopping_what_has_ended_changes_nothing(stack: Stack, machine: Callable[..., str]) -> None:
    states = stack.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine(Only={"Type": "Succeed"}))["executionArn"]
    end = ended(stack, execution)

    states.stop_execution(executionArn=execution, error="Cancelled", cause="too late")

    seen = states.describe_execution(executionArn=execution)
    assert (seen["status"], seen["stopDate"]) == ("SUCCEEDED", end["stopDate"])
    assert "error" not in seen
