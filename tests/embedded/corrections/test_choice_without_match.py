from typing import Any

from tests.embedded.corrections.conftest import Run

CHOICE: dict[str, Any] = {
    "Type": "Choice",
    "Choices": [{"Variable": "$.kind", "StringEquals": "film", "Next": "Done"}],
}
DONE = {"Type": "Succeed"}


def test_a_choice_that_matches_nothing_fails_by_its_own_name(run: Run) -> None:
    end = run({"kind": "song"}, Choose=CHOICE, Done=DONE)

    assert end["status"] == "FAILED"
    assert end["error"] == "States.NoChoiceMatched"
    assert "Choose" in end["cause"]


def test_a_choice_that_matches_goes_on(run: Run) -> None:
    assert run({"kind": "film"}, Choose=CHOICE, Done=DONE)["status"] == "SUCCEEDED"
