from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

PASS = {"Type": "Pass", "End": True}
NOWHERE = {"Type": "Pass", "Next": "Nowhere"}
CHOICE = {"Variable": "$.a", "IsPresent": True}


@pytest.mark.like_aws(
    "Step Functions",
    "A definition with a transition to nowhere is refused with InvalidDefinition",
    differs="the validation looks at more",
)
@pytest.mark.parametrize(
    "state",
    [
        NOWHERE,
        {"Type": "Choice", "Choices": [{**CHOICE, "Next": "Nowhere"}]},
        {"Type": "Choice", "Choices": [{**CHOICE, "Next": "Other"}], "Default": "Nowhere"},
        {**PASS, "Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": NOWHERE}}]},
        {**PASS, "Type": "Map", "ItemProcessor": {"StartAt": "In", "States": {"In": NOWHERE}}},
        {**PASS, "Type": "Map", "ItemProcessor": {"StartAt": "Nowhere", "States": {"In": PASS}}},
    ],
)
def test_a_transition_to_nowhere_is_refused(machine: Callable[..., str], state: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"InvalidDefinition.*Nowhere"):
        machine(First=state, Other=PASS)


def test_transitions_to_somewhere_are_taken(machine: Callable[..., str]) -> None:
    choice = {"Type": "Choice", "Choices": [{**CHOICE, "Next": "Other"}], "Default": "Other"}

    assert machine(First=choice, Other=PASS).startswith("arn:")
