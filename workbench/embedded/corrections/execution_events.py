"""Step Functions tells EventBridge when an execution starts and ends. moto does not, and no slot would fall free.

Upstream: none found.
"""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from moto.events.models import events_backends
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from workbench.embedded.corrections.replacing import replace

LOG = logging.getLogger(__name__)
_announcing = threading.Lock()


def apply() -> None:
    """Announce each status once, after it can be seen by DescribeExecution."""
    replace(Execution, "start", _build_start)
    replace(Execution, "stop", _build_stop)
    replace(BaseExecutionWorkerCommunication, "_reflect_execution_status", _build_reflection)


def _build_start(stock: Callable[..., Any]) -> Callable[..., Any]:
    def start(execution: Any) -> None:
        stock(execution)
        # The status by name: a short execution may have ended by now, and announces that itself.
        _announce(execution, "RUNNING")

    return start


def _build_stop(stock: Callable[..., Any]) -> Callable[..., Any]:
    def stop(execution: Any, *args: Any, **named: Any) -> None:
        stock(execution, *args, **named)
        _announce(execution, execution.status)

    return stop


def _build_reflection(stock: Callable[..., Any]) -> Callable[..., Any]:
    def reflect(communication: Any) -> None:
        stock(communication)
        _announce(communication.execution, communication.execution.status)

    return reflect


def _announce(execution: Any, status: str) -> None:
    with _announcing:
        announced = execution.__dict__.setdefault("announced_statuses", set())
        if status in announced:
            return
        announced.add(status)
    try:
        events_backends[execution.account_id][execution.region_name].put_events([_event(execution, status)])
    except Exception:
        # AWS too delivers these at best effort: a broken rule must not break the execution.
        LOG.exception("The status %s of %s could not be announced", status, execution.execution_arn)


def _event(execution: Any, status: str) -> dict[str, Any]:
    detail = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": None if status == "RUNNING" else _milliseconds(execution.stop_date),
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "output": to_json_str(execution.output) if status == "SUCCEEDED" else None,
        "error": execution.error,
        "cause": execution.cause,
    }
    return {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Detail": json.dumps(detail),
        "Resources": [execution.execution_arn],
    }


def _milliseconds(moment: Any) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None
