import json
from typing import Any

import pytest
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from tests.embedded.corrections.conftest import ROLE, ended, task
from tests.embedded.corrections.test_execution_events import detail_of
from tests.embedded.waiting import until
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION

BUSY = {"do": "wait", "seconds": 9}


def each(state: dict[str, Any]) -> dict[str, Any]:
    inner = {"StartAt": "Inner", "States": {"Inner": state}}
    return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner, "End": True}


def started(stack: Stack, state: dict[str, Any], **top: Any) -> str:
    """An execution that is busy in `state`, with the fields `top` beside its states."""
    states = stack.client("stepfunctions")
    definition = json.dumps({"StartAt": "Works", "States": {"Works": state}, **top})
    name = f"ending-{len(states.list_state_machines()['stateMachines'])}"
    arn = states.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
    event = {**BUSY, "items": [BUSY, BUSY]}
    execution: str = states.start_execution(stateMachineArn=arn, input=json.dumps(event))["executionArn"]
    until(lambda: "TaskStarted" in kinds(stack, execution))
    return execution


def kinds(stack: Stack, execution: str) -> list[str]:
    return [event["type"] for event in history(stack, execution)]


def history(stack: Stack, execution: str) -> list[dict[str, Any]]:
    answer = stack.client("stepfunctions").get_execution_history(executionArn=execution)
    events: list[dict[str, Any]] = answer["events"]
    return events


@pytest.mark.like_aws(
    "Step Functions",
    "StopExecution ends the history of a busy task or Map at once, and nothing comes after",
    differs="the functions that were called run on, as here",
)
@pytest.mark.parametrize("inside_a_map", [False, True])
def test_the_history_of_a_stopped_execution_ends_at_once(stack: Stack, inside_a_map: bool) -> None:
    call = task(stack)
    execution = started(stack, each(call) if inside_a_map else call)

    stack.client("stepfunctions").stop_execution(executionArn=execution, error="Cancelled", cause="by its owner")

    *_, last = history(stack, execution)
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "Cancelled", "cause": "by its owner"}


def test_what_runs_on_after_the_end_writes_no_history(stack: Stack) -> None:
    execution = started(stack, task(stack))
    stack.client("stepfunctions").stop_execution(executionArn=execution)
    told = kinds(stack, execution)

    manager = stepfunctions_parser_backends[ACCOUNT][REGION].describe_execution(execution).exec_worker.env.event_manager
    manager.add_event(EventHistoryContext.of_program_start(), HistoryEventType.TaskSucceeded)

    assert kinds(stack, execution) == told


@pytest.mark.like_aws(
    "Step Functions", "TimeoutSeconds of the machine ends it TIMED_OUT in the middle of a task, and tells so"
)
def test_an_execution_that_takes_too_long_is_timed_out_in_the_middle_of_a_task(stack: Stack) -> None:
    execution = started(stack, task(stack), TimeoutSeconds=1)

    end = ended(stack, execution)

    assert end["status"] == "TIMED_OUT"
    assert 1 <= (end["stopDate"] - end["startDate"]).total_seconds() < 9
    *_, last = until(lambda: kinds(stack, execution)[-1] == "ExecutionTimedOut" and history(stack, execution))
    assert last["executionTimedOutEventDetails"] == {"error": "States.Timeout"}
    told = detail_of(stack, execution, "TIMED_OUT")
    assert told["stopDate"] >= told["startDate"]
