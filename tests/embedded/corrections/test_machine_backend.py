import json

import pytest

from tests.embedded.corrections.conftest import ended
from workbench.embedded.running import Stack


@pytest.mark.like_aws(
    "Step Functions", "A state machine of the template runs, with its substitutions and the context object"
)
def test_the_machine_of_the_template_runs_its_functions(stack: Stack) -> None:
    started = stack.client("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["MachineArn"], name="first", input='{"do": "return"}'
    )

    end = ended(stack, started["executionArn"])

    assert end["status"] == "SUCCEEDED"
    assert json.loads(end["output"]) == {"do": "return", "execution": "first", "attempts": 3}
