import json
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from tests.embedded.corrections.conftest import Run
from tests.embedded.waiting import until
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections.execution_memory import packed, unpacked
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION


def execution_of(arn: str) -> Any:
    backend: Any = stepfunctions_parser_backends[ACCOUNT][REGION]
    return backend.describe_execution(arn)


@pytest.mark.saves
def test_an_execution_that_is_over_keeps_no_interpreter(run: Run) -> None:
    ended = run({"a": 1}, Passes={"Type": "Pass", "End": True})

    execution = execution_of(ended["executionArn"])
    assert until(lambda: not isinstance(execution.exec_worker.env, Environment))


def test_its_history_and_fields_stay(stack: Stack, run: Run) -> None:
    states = stack.client("stepfunctions")

    ended = run({"a": 1}, Passes={"Type": "Pass", "End": True})

    execution = execution_of(ended["executionArn"])
    until(lambda: not isinstance(execution.exec_worker.env, Environment))
    events = states.get_execution_history(executionArn=ended["executionArn"])["events"]
    kinds = [event["type"] for event in events]
    assert kinds == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    assert [event["id"] for event in events] == [1, 2, 3, 4]
    assert json.loads(events[-1]["executionSucceededEventDetails"]["output"]) == {"a": 1}
    assert json.loads(states.describe_execution(executionArn=ended["executionArn"])["output"]) == {"a": 1}


def test_stopping_what_is_over_changes_nothing(stack: Stack, run: Run) -> None:
    states = stack.client("stepfunctions")
    ended = run({}, Passes={"Type": "Pass", "End": True})

    states.stop_execution(executionArn=ended["executionArn"], error="Late")

    assert states.describe_execution(executionArn=ended["executionArn"])["status"] == "SUCCEEDED"


def test_a_packed_history_is_read_as_it_was() -> None:
    events = [{"id": 1, "type": "ExecutionStarted"}]

    assert unpacked(packed(events)) == events
    assert unpacked(b"") == []
