"""moto names a missed heartbeat States.Timeout, so that a Catch of States.HeartbeatTimeout misses it, and counts none
for a task that waits for no token.

AWS names it States.HeartbeatTimeout, which States.Timeout matches too; a task that cannot send one, such as a plain
lambda:invoke, has HeartbeatSeconds to end.

Upstream: none found.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import Heartbeat
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError, Timeout
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatTimeoutError

from workbench.embedded.corrections.replacing import replace

MISSED, TIMEOUT = "States.HeartbeatTimeout", "States.Timeout"

# moto's frame for a task evaluates the timeout once for the wait, on the execution's thread, and again for the history
# on the task's: only the first must be the heartbeat's.
_silent: ContextVar[Heartbeat | None] = ContextVar(
    "the heartbeat of the task in hand, which can send none", default=None
)


def apply() -> None:
    """Count heartbeats for every task, and name a missed one."""
    replace(ExecutionState, "_evaluate_with_timeout", _build_wait)
    replace(Timeout, "_eval_body", _build_seconds)
    for task in (StateTask, StateTaskLambda):
        replace(task, "_from_error", _build_naming)
    replace(ErrorEqualsDecl, "_eval_body", _build_match)


def _build_wait(stock: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(state: Any, env: Any) -> None:
        beats = state.heartbeat if _can_send_none(state) else None
        token = _silent.set(beats)
        try:
            stock(state, env)
        except EvalTimeoutError as problem:
            raise problem if beats is None else HeartbeatTimeoutError() from problem
        finally:
            _silent.reset(token)

    return evaluate


def _can_send_none(state: Any) -> bool:
    return isinstance(state, StateTaskLambda | StateTaskService) and getattr(state.resource, "condition", None) is None


def _build_seconds(stock: Callable[..., Any]) -> Callable[..., Any]:
    def seconds(timeout: Timeout, env: Any) -> None:
        stock(timeout, env)
        heartbeat = _silent.get()
        if heartbeat is not None:
            heartbeat.eval(env)
            env.stack.append(min(env.stack.pop(), env.stack.pop()))

    return seconds


def _build_naming(stock: Callable[..., Any]) -> Callable[..., Any]:
    def from_error(task: Any, env: Any, ex: Exception) -> FailureEvent:
        event: FailureEvent = stock(task, env, ex)
        return _renamed(event, env) if isinstance(ex, HeartbeatTimeoutError) else event

    return from_error


def _renamed(event: Any, env: Any) -> FailureEvent:
    details: Any = {kind: {**said, "error": MISSED} for kind, said in event.event_details.items()}
    name = StatesErrorName(typ=StatesErrorNameType.StatesHeartbeatTimeout)
    return FailureEvent(env=env, error_name=name, event_type=event.event_type, event_details=details)


def _build_match(stock: Callable[..., Any]) -> Callable[..., Any]:
    def match(declaration: Any, env: Any) -> None:
        if env.stack[-1].error_name == MISSED and TIMEOUT in {name.error_name for name in declaration.error_names}:
            env.stack[-1] = True
        else:
            stock(declaration, env)

    return match
