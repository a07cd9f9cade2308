"""The history of a stopped or timed-out execution ends in moto when the task in hand returns, minutes later, and tasks
that run on write into it. On AWS its end is its last event, and there when the execution is over.

Upstream: none found.
"""

import threading
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped

from workbench.embedded.corrections.replacing import replace

ENDS = {
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionTimedOut,
}
# Whether it has ended and what it ends with are one question.
_sealing = threading.Lock()


def apply() -> None:
    """Write the end when it comes, and nothing after it."""
    replace(EventManager, "add_event", _build_addition)
    replace(Environment, "set_stop", _build_stop)
    replace(Environment, "set_timed_out", _build_timeout)


def _build_addition(stock: Callable[..., Any]) -> Callable[..., Any]:
    def add_event(manager: Any, context: EventHistoryContext, event_type: HistoryEventType, *a: Any, **n: Any) -> int:
        with _sealing:
            if "sealed" in manager.__dict__:
                return context.source_event_id
            if event_type in ENDS:
                manager.sealed = True
            event: int = stock(manager, context, event_type, *a, **n)
            return event

    return add_event


def _build_stop(stock: Callable[..., Any]) -> Callable[..., Any]:
    def set_stop(env: Any, *args: Any, **named: Any) -> None:
        stock(env, *args, **named)
        state = env.program_state()
        if isinstance(state, ProgramStopped) and not env.is_frame():
            said = {"error": state.error, "cause": state.cause}
            details = {name: value for name, value in said.items() if value is not None}
            _end(env, HistoryEventType.ExecutionAborted, {"executionAbortedEventDetails": details})

    return set_stop


def _build_timeout(stock: Callable[..., Any]) -> Callable[..., Any]:
    def set_timed_out(env: Any) -> None:
        with env._state_mutex:  # moto would write over an end that came meanwhile
            if not env.is_running():
                return
            stock(env)
        if not env.is_frame():
            details = {"executionTimedOutEventDetails": {"error": "States.Timeout"}}
            _end(env, HistoryEventType.ExecutionTimedOut, details)

    return set_timed_out


def _end(env: Any, kind: HistoryEventType, details: Any) -> None:
    env.event_manager.add_event(EventHistoryContext.of_program_start(), kind, details)
