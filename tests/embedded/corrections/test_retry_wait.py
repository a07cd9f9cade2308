import threading
from collections.abc import Callable

import pytest

from tests.embedded.corrections.conftest import task
from tests.embedded.waiting import until
from workbench.embedded.running import Stack


@pytest.mark.like_aws("Step Functions", "StopExecution ends the wait for the next try")
def test_a_stopped_execution_does_not_sleep_through_its_backoff(stack: Stack, machine: Callable[..., str]) -> None:
    states, before = stack.client("stepfunctions"), set(threading.enumerate())
    retry = {"ErrorEquals": ["EncodeFailed"], "IntervalSeconds": 600, "MaxAttempts": 2}
    arn = machine(Fails=task(stack, Retry=[retry]))
    execution = states.start_execution(stateMachineArn=arn, input='{"do": "raise"}')["executionArn"]

    def history() -> list[str]:
        return [event["type"] for event in states.get_execution_history(executionArn=execution)["events"]]

    def interpreters() -> list[threading.Thread]:
        return [thread for thread in set(threading.enumerate()) - before if "_execution_logic" in thread.name]

    until(lambda: "TaskFailed" in history())
    assert interpreters()
    states.stop_execution(executionArn=execution)

    # The history ends without its thread (`execution_ending`).
    assert until(lambda: not interpreters())


@pytest.mark.like_aws("Step Functions", "A retrier tries again after its interval, as often as it says")
def test_a_retry_comes_and_can_succeed(stack: Stack, machine: Callable[..., str]) -> None:
    states = stack.client("stepfunctions")
    retry = {"ErrorEquals": ["EncodeFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}
    arn = machine(Fails=task(stack, Retry=[retry]))
    execution = states.start_execution(stateMachineArn=arn, input='{"do": "raise"}')["executionArn"]

    end = until(lambda: states.describe_execution(executionArn=execution)["status"] == "FAILED")

    events = states.get_execution_history(executionArn=execution)["events"]
    assert end
    assert [event["type"] for event in events].count("TaskFailed") == 2
