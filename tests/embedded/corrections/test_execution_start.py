from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.models import StateMachine

from tests.embedded.corrections.meeting import both, meet_after
from workbench.embedded.running import Stack

PASS = {"Type": "Pass", "End": True}


@pytest.mark.like_aws("Step Functions", "An execution without a name gets one")
def test_executions_without_a_name_get_one_each(stack: Stack, machine: Callable[..., str]) -> None:
    states, arn = stack.client("stepfunctions"), machine(Only=PASS)

    started = {states.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(2)}

    assert len(started) == 2
    assert not [execution for execution in started if execution.endswith(":None")]


@pytest.mark.like_aws("Step Functions", "StartExecution refuses a name that breaks the rules")
@pytest.mark.parametrize("name", ["x" * 81, "a b", "a/b", "a*b"])
def test_a_bad_name_is_refused(stack: Stack, machine: Callable[..., str], name: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidName|ValidationException"):
        stack.client("stepfunctions").start_execution(stateMachineArn=machine(Only=PASS), name=name)


@pytest.mark.like_aws("Step Functions", "Of two starts of one name at once, one starts")
def test_of_two_starts_of_one_name_one_starts(
    stack: Stack, machine: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states, arn = stack.client("stepfunctions"), machine(Only={"Type": "Wait", "Seconds": 1, "End": True})
    meet_after(monkeypatch, StateMachine, "_handle_name_input_idempotency")

    both(lambda: states.start_execution(stateMachineArn=arn, name="twice", input="{}"))

    assert len(states.list_executions(stateMachineArn=arn)["executions"]) == 1


@pytest.mark.like_aws("Step Functions", "The name and the input of a running execution start it no second time")
def test_the_same_start_again_is_the_same_execution(stack: Stack, machine: Callable[..., str]) -> None:
    states, arn = stack.client("stepfunctions"), machine(Only={"Type": "Wait", "Seconds": 60, "End": True})

    first, again = (states.start_execution(stateMachineArn=arn, name="same", input='{"n": 1}') for _ in range(2))

    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    states.stop_execution(executionArn=first["executionArn"])


@pytest.mark.like_aws("Step Functions", "The name of an execution with another input is ExecutionAlreadyExists")
def test_a_name_with_another_input_is_refused(stack: Stack, machine: Callable[..., str]) -> None:
    states, arn = stack.client("stepfunctions"), machine(Only={"Type": "Wait", "Seconds": 60, "End": True})
    first = states.start_execution(stateMachineArn=arn, name="taken", input='{"n": 1}')

    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(stateMachineArn=arn, name="taken", input='{"n": 2}')

    states.stop_execution(executionArn=first["executionArn"])
