"""An execution that is over keeps its whole interpreter in moto: environment, states and a history of objects.

AWS keeps an ended execution for 90 days and shows its fields and its history; neither needs an interpreter.

Upstream: none found.
"""

import json
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecordPoolManager,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackPoolManager
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication

from workbench.embedded.corrections.replacing import replace

_untyped: Any = MapRunRecordPoolManager


class AtRest:
    """Where moto looks for the interpreter of an execution: this one waits for nothing and runs nothing."""

    map_run_record_pool_manager = _untyped()
    callback_pool_manager = CallbackPoolManager(activity_store={})

    def __init__(self, history: bytes = b"") -> None:
        self._history = history

    @property
    def event_manager(self) -> Any:
        """Where moto looks for the history: a new list of it for each who asks."""
        events = unpacked(self._history)
        return SimpleNamespace(get_event_history=lambda: events)

    def is_running(self) -> bool:
        """It has ended."""
        return False

    def set_stop(self, **_why: Any) -> None:
        """It has ended."""


class Retired:
    """In the place of the worker that ran an execution."""

    __slots__ = ("env",)

    def __init__(self, history: bytes = b"") -> None:
        self.env = AtRest(history)

    def stop(self, **_why: Any) -> None:
        """It has ended."""


def apply() -> None:
    """Let go of the interpreter when its thread is done; the history stays, `packed`."""
    replace(BaseExecutionWorkerCommunication, "terminated", _build_terminated)


def packed(events: Any) -> bytes:
    """A history for keeping: 60 KB are 4 KB then, and there is one for each job that ever was."""
    return zlib.compress(json.dumps(events, separators=(",", ":")).encode(), 1)


def unpacked(history: bytes) -> list[Any]:
    """The events of what `packed` made; none of nothing."""
    events: list[Any] = json.loads(zlib.decompress(history)) if history else []
    return events


def _build_terminated(stock: Callable[..., Any]) -> Callable[..., Any]:
    def terminated(communication: Any) -> None:
        stock(communication)
        execution = communication.execution
        execution.exec_worker = Retired(packed(execution.exec_worker.env.event_manager.get_event_history()))

    return terminated
