"""A stopped execution says RUNNING until the task in hand returns, which may take minutes, and has no error or cause.

On AWS the execution is ABORTED when the call returns. The Lambda behind it runs on there, as it does here.

Upstream: none found.
"""

import datetime
import threading
import time
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.responses import StepFunctionResponse

from workbench.embedded.corrections.replacing import replace

# An execution has one end: stopping and running out must not both be it.
_ending = threading.Lock()
# The interpreter's thread is about to run when StartExecution returns; it takes milliseconds to.
_START_SECONDS, _LOOK_SECONDS = 2.0, 0.005


def apply() -> None:
    """End the execution first, then tell its thread."""
    response: Any = StepFunctionResponse
    response.stop_execution = _stop_request
    execution: Any = Execution
    execution.stop = stop
    replace(BaseExecutionWorkerCommunication, "_reflect_execution_status", _build_reflection)


def stop(execution: Any, stop_date: datetime.datetime, error: str | None, cause: str | None) -> None:
    """Abort `execution` if it runs; nothing otherwise, as on AWS."""
    _wait_until_it_runs(execution)
    with _ending:
        if execution.exec_status != ExecutionStatus.RUNNING:
            return
        execution.exec_status, execution.stop_date = ExecutionStatus.ABORTED, stop_date
        execution.error, execution.cause = error, cause
    if execution.exec_worker.env is not None:
        execution.exec_worker.stop(stop_date=stop_date, error=error, cause=cause)


def _stop_request(request: StepFunctionResponse) -> ActionResult:
    execution: Any = request.stepfunction_backend.describe_execution(request._get_param("executionArn"))
    now = datetime.datetime.now(tz=datetime.UTC)
    execution.stop(now, request._get_param("error"), request._get_param("cause"))
    return ActionResult({"stopDate": execution.stop_date})


def _wait_until_it_runs(execution: Any) -> None:
    end = time.monotonic() + _START_SECONDS
    while execution.exec_status == ExecutionStatus.RUNNING and time.monotonic() < end:
        env = execution.exec_worker.env
        if env is not None and env.is_running():
            return
        time.sleep(_LOOK_SECONDS)


def _build_reflection(stock: Callable[..., Any]) -> Callable[..., Any]:
    def reflect(communication: Any) -> None:
        with _ending:
            if communication.execution.exec_status == ExecutionStatus.RUNNING:
                stock(communication)

    return reflect
