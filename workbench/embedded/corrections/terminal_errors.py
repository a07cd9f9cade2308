"""In moto States.ALL catches and retries everything. On AWS it catches neither States.DataLimitExceeded, which must be
named, nor States.Runtime, which nothing catches: a job that ends well here would have failed there.

moto also names a path of a task that leads nowhere `Exception`, or after the task's service. On AWS it is
States.Runtime, whose cause names the path, the field and the input.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from workbench.embedded.corrections.replacing import replace

RUNTIME, TOO_LARGE = "States.Runtime", "States.DataLimitExceeded"


def apply() -> None:
    """Keep the errors that end an execution out of Retry and Catch."""
    replace(ErrorEqualsDecl, "_eval_body", _build_match)
    # Parameters are read on the task's own thread, whose environment knows the field; the rest on the execution's.
    replace(StateTask, "_eval_parameters", _build_reading)
    replace(ExecutionState, "_evaluate_with_timeout", _build_reading)


def _build_match(stock: Callable[..., Any]) -> Callable[..., Any]:
    def match(declaration: Any, env: Any) -> None:
        error = env.stack[-1].error_name
        named = TOO_LARGE in {name.error_name for name in declaration.error_names}
        if error == RUNTIME or (error == TOO_LARGE and not named):
            env.stack[-1] = False
        else:
            stock(declaration, env)

    return match


def _build_reading(stock: Callable[..., Any]) -> Callable[..., Any]:
    def read(state: Any, env: Any) -> Any:
        try:
            return stock(state, env)
        except NoSuchJsonPathError as problem:
            raise FailureEventException(_nowhere(problem, env)) from problem

    return read


def _nowhere(problem: NoSuchJsonPathError, env: Any) -> FailureEvent:
    cause = (
        f"The JSONPath '{problem.json_path}' specified for the field '{env.next_field_name}' "
        f"could not be found in the input '{to_json_str(problem.data)}'"
    )
    details: Any = {"taskFailedEventDetails": TaskFailedEventDetails(error=RUNTIME, cause=cause)}
    name = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
    return FailureEvent(env=env, error_name=name, event_type=HistoryEventType.TaskFailed, event_details=details)
