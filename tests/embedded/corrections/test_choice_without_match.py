from typing import Any

import pytest

from tests.embedded.corrections.conftest import Run

CHOICE: dict[str, Any] = {
    "Type": "Choice",
    "Choices": [{"Variable": "$.kind", "StringEquals": "film", "Next": "Done"}],
}
DONE = {"Type": "Succeed"}


@pytest.mark.like_aws("Step Functions", "A Choice that matches nothing fails with States.NoChoiceMatched")
def test_a_choice_that_matches_nothing_fails_by_its_own_name(run: Run) -> None:
    end = run({"kind": "song"}, Choose=CHOICE, Done=DONE)

    assert end["status"] == "FAILED"
    assert end["error"] == "States.NoChoiceMatched"
    assert "Choose" in end["cause"]


def test_a_choice_that_matches_goes_on(run: Run) -> None:
    assert run({"kind": "film"}, Choose=CHOICE, Done=DONE)["status"] == "SUCCEEDED"
