"""Step Functions by name, against moto's executing interpreter."""

import json

import pytest

from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.ports import StartRefused

ROLE = "arn:aws:iam::123456789012:role/machine"
DONE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@pytest.fixture
def executions(aws):
    client = aws("stepfunctions")
    arn = client.create_state_machine(name="video-pipeline", definition=json.dumps(DONE), roleArn=ROLE)
    return StepFunctionsExecutions(client, arn["stateMachineArn"])


@pytest.mark.like_aws(
    "Step Functions",
    "DescribeExecution answers ExecutionDoesNotExist for a name that was never started",
    differs="so it does for one that ended over 90 days ago",
)
def test_an_unknown_execution_is_none(executions):
    assert executions.describe("nobody") is None


def test_a_started_execution_is_known_by_its_name(executions):
    executions.start("job-1-0", "{}")
    execution = executions.describe("job-1-0")
    # On a busy machine it has ended before it is asked for.
    assert (execution.status, execution.is_closed) in {("RUNNING", False), ("SUCCEEDED", True)}
    assert executions.arn("job-1-0").endswith(":execution:video-pipeline:job-1-0")


@pytest.mark.like_aws("Step Functions", "The name of an ended execution cannot start again", differs="for 90 days")
def test_a_second_start_of_the_same_name_changes_nothing(executions):
    executions.start("job-1-0", "{}")
    executions.stop("job-1-0", "Roughcut.Cancelled", "The job was cancelled.")
    executions.start("job-1-0", "{}")
    assert executions.describe("job-1-0").is_closed


def test_stopping_what_does_not_exist_is_harmless(executions):
    executions.stop("nobody", "e", "c")
    assert executions.describe("nobody") is None


@pytest.mark.like_aws("Step Functions", "StartExecution answers StateMachineDoesNotExist")
def test_a_machine_that_is_gone_refuses_for_good(executions):
    gone = StepFunctionsExecutions(executions._client, executions._state_machine_arn + "-gone")
    with pytest.raises(StartRefused):
        gone.start("job-1-0", "{}")


def test_the_history_of_an_unknown_execution_is_empty(executions):
    assert list(executions.history("nobody")) == []
