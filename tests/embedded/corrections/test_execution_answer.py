import json
from typing import Any

import pytest

from tests.embedded.corrections.conftest import Run


@pytest.mark.parametrize("output", ['a "quoted" string', None, 7, {"a": [1]}, ""])
def test_any_output_is_json_text(run: Run, output: Any) -> None:
    end = run(Only={"Type": "Pass", "Result": output, "End": True})

    assert end["status"] == "SUCCEEDED"
    assert json.loads(end["output"]) == output


def test_a_failure_has_its_error_and_its_cause_and_no_output(run: Run) -> None:
    end = run(Only={"Type": "Fail", "Error": "EncodeFailed", "Cause": "no"})

    assert (end["status"], end["error"], end["cause"]) == ("FAILED", "EncodeFailed", "no")
    assert end["stopDate"] >= end["startDate"]
    assert "output" not in end
