"""A Choice that matches nothing fails with States.NoChoiceMatched on AWS, with States.Runtime in moto.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Name the error as AWS does."""
    replace(StateChoice, "_eval_state", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(choice: StateChoice, env: Any) -> None:
        try:
            stock(choice, env)
        except RuntimeError as problem:
            if "No branching option" not in str(problem):
                raise
            raise _no_choice_matched(choice, env) from problem

    return evaluate


def _no_choice_matched(choice: StateChoice, env: Any) -> FailureEventException:
    name = StatesErrorName(typ=StatesErrorNameType.StatesNoChoiceMatched)
    cause = f"Failed to transition out of the state '{choice.name}'. The state does not point to a next state."
    details: Any = {"executionFailedEventDetails": ExecutionFailedEventDetails(error=name.error_name, cause=cause)}
    event = FailureEvent(env=env, error_name=name, event_type=HistoryEventType.ExecutionFailed, event_details=details)
    return FailureEventException(event)
