from typing import Any

import pytest

from tests.embedded.corrections.conftest import Run, task
from workbench.embedded.running import Stack

CAUGHT = {"Type": "Pass", "Result": "caught", "End": True}
# With what lambda:invoke adds to it, more than the 262,144 bytes that a state may give.
LARGE = {"do": "return", "pad": "x" * 262_100}


def all_errors(**more: Any) -> dict[str, Any]:
    return {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], **more}


@pytest.mark.like_aws(
    "Step Functions", "A path that leads nowhere is States.Runtime, which States.ALL neither retries nor catches"
)
@pytest.mark.parametrize(
    "fields",
    [
        {"Parameters": {"FunctionName": "actor", "Payload.$": "$.missing"}},
        {"ResultSelector": {"found.$": "$.missing"}},
    ],
    ids=["Parameters", "ResultSelector"],
)
def test_a_path_that_leads_nowhere_ends_the_execution(stack: Stack, run: Run, fields: dict[str, Any]) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}]

    end = run({"do": "pid"}, Reads=task(stack, **all_errors(Retry=retry, **fields)), Caught=CAUGHT)

    assert (end["status"], end["error"]) == ("FAILED", "States.Runtime")
    assert "The JSONPath '$.missing' specified for the field" in end["cause"]
    assert ".$' could not be found in the input" in end["cause"]


@pytest.mark.like_aws("Step Functions", "States.ALL does not catch States.DataLimitExceeded")
def test_an_answer_that_is_too_large_ends_the_execution(stack: Stack, run: Run) -> None:
    end = run(LARGE, Answers=task(stack, **all_errors()), Caught=CAUGHT)

    assert (end["status"], end["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_an_answer_that_is_too_large_can_be_caught_by_its_name(stack: Stack, run: Run) -> None:
    by_name = [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Caught"}]

    assert run(LARGE, Answers=task(stack, Catch=by_name), Caught=CAUGHT)["output"] == '"caught"'


def test_all_other_errors_are_caught_by_states_all(stack: Stack, run: Run) -> None:
    assert run({"do": "raise"}, Raises=task(stack, **all_errors()), Caught=CAUGHT)["output"] == '"caught"'
