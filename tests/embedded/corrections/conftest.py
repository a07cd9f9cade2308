"""One small stack, corrected, for this folder.

`WITHOUT_CORRECTION=execution_stop pytest tests/embedded/corrections/test_execution_stop.py` leaves one out: its test
must fail then, and that is how we know that the test bites.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.embedded.small import TEMPLATE
from tests.embedded.waiting import until
from workbench.embedded import corrections
from workbench.embedded.running import Stack

ROLE = "arn:aws:iam::123456789012:role/tested-machines"
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    corrections.ALL.pop(os.environ.get("WITHOUT_CORRECTION", ""), None)
    with Stack(TEMPLATE, strict_iam=True) as running:
        yield running


@pytest.fixture
def machine(stack: Stack) -> Callable[..., str]:
    """Creates a machine of the given states, the first one first; gives its ARN."""
    states = stack.client("stepfunctions")

    def create(**definition: Any) -> str:
        text = json.dumps({"StartAt": next(iter(definition)), "States": definition})
        name = f"machine-{len(states.list_state_machines()['stateMachines'])}"
        arn: str = states.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"]
        return arn

    return create


@pytest.fixture
def run(stack: Stack, machine: Callable[..., str]) -> Run:
    """Runs a machine of the given states to its end; gives what DescribeExecution says."""
    states = stack.client("stepfunctions")

    def to_the_end(event: Any = None, **definition: Any) -> dict[str, Any]:
        started = states.start_execution(stateMachineArn=machine(**definition), input=json.dumps(event or {}))
        return ended(stack, started["executionArn"])

    return to_the_end


def table_by_id(stack: Stack, name: str) -> Any:
    """The client of DynamoDB, with a new table whose key is the text `id`."""
    table = stack.client("dynamodb")
    table.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return table


def ended(stack: Stack, execution: str) -> dict[str, Any]:
    states = stack.client("stepfunctions")

    def look() -> dict[str, Any] | None:
        seen: dict[str, Any] = states.describe_execution(executionArn=execution)
        return seen if seen["status"] != "RUNNING" else None

    return until(look)


def task(stack: Stack, **more: Any) -> dict[str, Any]:
    """A Task state that gives its input to the function `actor`."""
    arn = stack.client("lambda").get_function(FunctionName="actor")["Configuration"]["FunctionArn"]
    call = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    return {**call, "Parameters": {"FunctionName": arn, "Payload.$": "$"}, **more}
