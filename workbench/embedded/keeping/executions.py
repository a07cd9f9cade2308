"""Executions of Step Functions: each from its start, its history from its end on.

One that runs when its process dies is closed at the next start, as ABORTED with the error `Roughcut.Interrupted`: the
interpreter's state is threads, and our machine takes its jobs up again by itself (docs/dispatch.md).
"""

import datetime
import json
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from roughcut.dispatch.reconcile import INTERRUPTED
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections.execution_memory import Retired, packed, unpacked
from workbench.embedded.corrections.replacing import replace
from workbench.embedded.keeping.journal import Journal, Thing
from workbench.embedded.keeping.recorder import current, dumped, loaded
from workbench.embedded.translate import REGION

EXECUTION, HISTORY = "execution", "history"
CAUSE = "The embedded AWS ended while the execution ran."


class KeptExecution(Execution):
    """An execution of an earlier process. Its history stays on the disk until somebody asks for it."""

    def __init__(self, thing: Thing, machine: Any, fields: dict[str, Any], journal: Journal) -> None:
        self.name, self.state_machine, self.sm_type = thing.key, machine, machine.sm_type
        self.role_arn, self.account_id, self.region_name = machine.roleArn, ACCOUNT, REGION
        arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{thing.key}"
        self.exec_arn = self.execution_arn = arn
        self.state_machine_arn = machine.arn
        self.execution_input = fields["input"]
        self.start_date, self.stop_date = _moment(fields["start"]), _moment(fields["stop"])
        self.exec_status = ExecutionStatus(fields["status"])
        self.error, self.cause = fields["error"], fields["cause"]
        self.output = json.loads(fields["output"]) if fields["output"] is not None else None
        self.exec_worker = Retired()  # type: ignore[assignment]
        self._journal, self._history = journal, Thing(HISTORY, thing.place, thing.key)

    def to_history_output(self) -> Any:
        """As AWS lists it."""
        return {"events": unpacked(self._journal.read(self._history) or b"")}


def watch() -> None:
    """Note each execution before it runs, and when it ends, before anybody is told."""
    replace(Execution, "start", _build_start)
    replace(ExecutionWorker, "stop", _build_stop)
    replace(BaseExecutionWorkerCommunication, "_reflect_execution_status", _build_end)
    replace(BaseExecutionWorkerCommunication, "terminated", _build_terminated)


def restore(journal: Journal, machines: dict[str, str], now: datetime.datetime) -> int:
    """Executions into the machines, by logical id; those that ran are closed as of `now`. How many these were."""
    found = {machine.arn: machine for machine in _backend().state_machines}
    places = {place: found[arn] for arn, place in machines.items()}
    interrupted = 0
    for thing, value in journal.all_of(EXECUTION):
        if thing.place in places:
            fields = loaded(value)
            if fields["status"] == ExecutionStatus.RUNNING:
                interrupted += 1
                fields |= {"status": "ABORTED", "stop": now.timestamp(), "error": INTERRUPTED, "cause": CAUSE}
                events = _aborted(journal, thing, fields)
                journal.note({thing: dumped(fields), Thing(HISTORY, thing.place, thing.key): events})
            machine = places[thing.place]
            machine.executions.append(KeptExecution(thing, machine, fields, journal))
    return interrupted


def note_running() -> None:
    """What has happened so far in the executions that will not come to their end."""
    for machine in _backend().state_machines:
        for execution in list(machine.executions):
            if execution.exec_status == ExecutionStatus.RUNNING:
                note(execution)


def note(execution: Any) -> None:
    """The execution as it is now; with its history once there is one."""
    recorder = current()
    if recorder is None or execution.state_machine_arn not in recorder.machines:
        return
    place = recorder.machines[execution.state_machine_arn]
    changes = {Thing(EXECUTION, place, execution.name): dumped(_fields(execution))}
    if execution.exec_worker is not None and execution.exec_worker.env is not None:
        events = execution.exec_worker.env.event_manager.get_event_history()
        changes[Thing(HISTORY, place, execution.name)] = packed(events)
    recorder.journal.note(changes)


def _build_start(stock: Callable[..., Any]) -> Callable[..., Any]:
    def start(execution: Any) -> None:
        # Before its first step can be seen: what is not known to have run cannot be known to be interrupted.
        execution.exec_status = ExecutionStatus.RUNNING
        note(execution)
        stock(execution)

    return start


def _build_stop(stock: Callable[..., Any]) -> Callable[..., Any]:
    def stop(worker: Any, *args: Any, **named: Any) -> None:
        note(worker._execution_communication.execution)
        stock(worker, *args, **named)

    return stop


def _build_end(stock: Callable[..., Any]) -> Callable[..., Any]:
    def reflect(communication: Any) -> None:
        stock(communication)
        note(communication.execution)

    return reflect


def _build_terminated(stock: Callable[..., Any]) -> Callable[..., Any]:
    def terminated(communication: Any) -> None:
        stock(communication)
        if communication.execution.exec_status == ExecutionStatus.ABORTED:
            # It was noted when it was stopped; its last events came after that.
            note(communication.execution)

    return terminated


def _fields(execution: Any) -> dict[str, Any]:
    is_done = execution.exec_status == ExecutionStatus.SUCCEEDED
    return {
        "input": execution.execution_input,
        "start": execution.start_date.timestamp(),
        "stop": execution.stop_date.timestamp() if execution.stop_date else None,
        "status": execution.status,
        "error": execution.error,
        "cause": execution.cause,
        "output": to_json_str(execution.output, separators=(",", ":")) if is_done else None,
    }


def _aborted(journal: Journal, thing: Thing, fields: dict[str, Any]) -> bytes:
    """What is known of the history, and how it ended."""
    kept = journal.read(Thing(HISTORY, thing.place, thing.key))
    begun = {"executionStartedEventDetails": {"input": fields["input"], "inputDetails": {"truncated": False}}}
    events = unpacked(kept) if kept else [_event(1, "ExecutionStarted", fields["start"], **begun)]
    details = {"error": fields["error"], "cause": fields["cause"]}
    number = len(events) + 1
    events.append(_event(number, "ExecutionAborted", fields["stop"], executionAbortedEventDetails=details))
    return packed(events)


def _event(number: int, kind: str, seconds: float, **details: Any) -> dict[str, Any]:
    moment = datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)
    timestamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
    return {"id": number, "previousEventId": number - 1, "type": kind, "timestamp": timestamp, **details}


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)


def _backend() -> Any:
    return stepfunctions_parser_backends[ACCOUNT][REGION]
