import json
from typing import Any

import pytest

from tests.embedded.corrections.conftest import Run


@pytest.mark.like_aws("Step Functions", "DescribeExecution gives every output as JSON text")
@pytest.mark.parametrize("output", ['a "quoted" string', None, 7, {"a": [1]}, ""])
def test_any_output_is_json_text(run: Run, output: Any) -> None:
    end = run(Only={"Type": "Pass", "Result": output, "End": True})

    assert end["status"] == "SUCCEEDED"
    assert json.loads(end["output"]) == output


@pytest.mark.like_aws("Step Functions", "A failed execution has its error and its cause, and no output")
def test_a_failure_has_its_error_and_its_cause_and_no_output(run: Run) -> None:
    end = run(Only={"Type": "Fail", "Error": "EncodeFailed", "Cause": "no"})

    assert (end["status"], end["error"], end["cause"]) == ("FAILED", "EncodeFailed", "no")
    assert end["stopDate"] >= end["startDate"]
    assert "output" not in end
