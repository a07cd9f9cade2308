import pytest

from tests.embedded.corrections.conftest import Run
from workbench.embedded.running import Stack

STATES = {
    "A": {"Type": "Pass", "Next": "B"},
    "B": {"Type": "Pass", "Next": "C"},
    "C": {"Type": "Pass", "End": True},
}


@pytest.mark.like_aws("Step Functions", "GetExecutionHistory comes in pages of maxResults")
def test_a_history_comes_in_pages_that_make_it_up(stack: Stack, run: Run) -> None:
    states, execution = stack.client("stepfunctions"), run(**STATES)["executionArn"]
    whole = states.get_execution_history(executionArn=execution)["events"]

    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution, PaginationConfig={"PageSize": 3}
    )
    events = [page["events"] for page in pages]

    assert [len(page) for page in events] == [3, 3, 2]
    assert [event["id"] for page in events for event in page] == [event["id"] for event in whole]


@pytest.mark.like_aws("Step Functions", "GetExecutionHistory can be read from its end")
def test_a_history_can_be_read_from_its_end(stack: Stack, run: Run) -> None:
    execution = run(**STATES)["executionArn"]

    (last,) = stack.client("stepfunctions").get_execution_history(
        executionArn=execution, reverseOrder=True, maxResults=1
    )["events"]

    assert last["type"] == "ExecutionSucceeded"
