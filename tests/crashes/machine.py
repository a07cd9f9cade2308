"""Step Functions in memory, as its client has it: executions by name, the real gates, an event at each end."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.crashes.gates import gate
from tests.crashes.points import Points
from tests.fakes.dynamo_client import ConditionalCheckFailedException, DynamoClient

MACHINE_ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:video-pipeline"
_EXECUTION_ARN = MACHINE_ARN.replace(":stateMachine:", ":execution:")
_GATE_TRIES = 7  # the state's own retries, and the first


class ExecutionDoesNotExist(ClientError):
    """Step Functions does not know the ARN."""


@dataclass(slots=True)
class Run:
    """One execution, and the gates it has yet to pass. `is_stuck`: its work never ends; `will_fail`: it breaks."""

    input: str
    status: str = "RUNNING"
    error: str | None = None
    cause: str | None = None
    is_stuck: bool = False
    will_fail: bool = False
    gates: list[str] = field(default_factory=lambda: ["BeginJob", "PublishResult"])

    @property
    def document(self) -> Any:
        return json.loads(self.input)

    @property
    def is_open(self) -> bool:
        return self.status == "RUNNING"


class StateMachine:
    """`on_end` gets the input of each execution that closes. `refuses`: as if the machine had been deleted."""

    exceptions = SimpleNamespace(ExecutionDoesNotExist=ExecutionDoesNotExist)

    def __init__(self, table: DynamoClient, points: Points, on_end: Callable[[str], None]) -> None:
        self._table, self._points, self._on_end = table, points, on_end
        self.runs: dict[str, Run] = {}
        self.attempts: Counter[tuple[str, int]] = Counter()
        self.refuses = False

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803  # AWS's names
        if self.refuses:
            raise _refusal("StateMachineDoesNotExist", "StartExecution")
        known = self.runs.get(name)
        if known is None:
            self.runs[name] = Run(input)
            job = self.runs[name].document["job"]
            self.attempts[job["job_id"], job["attempt"]] += 1
        elif not (known.is_open and known.input == input):
            raise _refusal("ExecutionAlreadyExists", "StartExecution")

    def describe_execution(self, *, executionArn: str) -> Mapping[str, Any]:  # noqa: N803
        run = self._run(executionArn)
        told = {"status": run.status, "error": run.error, "cause": run.cause}
        return {name: value for name, value in told.items() if value is not None}

    def stop_execution(self, *, executionArn: str, error: str, cause: str) -> None:  # noqa: N803
        run = self._run(executionArn)
        if run.is_open:
            self._close(run, "ABORTED", error, cause)

    def take_over(self, other: "StateMachine") -> None:
        self.runs = {name: replace(run, gates=[*run.gates]) for name, run in other.runs.items()}
        self.attempts, self.refuses = other.attempts.copy(), other.refuses

    def step(self, name: str) -> bool:
        """Through the next gate; False if it was shut, which ends the execution."""
        run = self.runs[name]
        if self._ask(run.gates[0], name):
            run.gates.pop(0)
            return True
        self.end(name, "FAILED", "Roughcut.Fenced")
        return False

    def end(self, name: str, status: str, error: str | None = None, *, is_recorded: bool = False) -> None:
        """The end of an execution; `is_recorded`: by way of RecordFailure, as the machine's own failures go."""
        if is_recorded:
            self._ask("RecordFailure", name)
        self._close(self.runs[name], status, error, None if error is None else "as the test says")

    def work(self) -> None:
        """Every execution that is not stuck runs to its end."""
        for name in [name for name, run in self.runs.items() if run.is_open and not run.is_stuck]:
            self._work_on(name, self.runs[name])

    def _work_on(self, name: str, run: Run) -> None:
        while run.is_open and run.gates[run.will_fail :]:
            self.step(name)
        if run.is_open and run.will_fail:
            self.end(name, "FAILED", "EncodeFailed", is_recorded=True)
        elif run.is_open:
            self.end(name, "SUCCEEDED")

    def is_working(self, job_id: str, attempt: int) -> bool:
        """Whether an execution of the attempt has begun and is open."""
        runs = (run for run in self.runs.values() if run.is_open and "BeginJob" not in run.gates)
        return any((told["job_id"], told["attempt"]) == (job_id, attempt) for told in (r.document["job"] for r in runs))

    def is_busy(self) -> bool:
        return any(run.is_open and not run.is_stuck for run in self.runs.values())

    def _ask(self, state: str, name: str) -> bool:
        """The write of one state, tried again as the state says; False if its condition did not hold."""
        call = gate(state, self.runs[name].document, f"{_EXECUTION_ARN}:{name}")
        for _ in range(_GATE_TRIES):
            try:
                self._points.call(state, lambda: self._table.update_item(**call))
            except ConditionalCheckFailedException:
                return False
            except (BotoCoreError, ClientError):
                continue
            return True
        raise AssertionError(f"{state} was refused {_GATE_TRIES} times")

    def _run(self, arn: str) -> Run:
        run = self.runs.get(arn.rpartition(":")[2])
        if run is None:
            raise ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "any")
        return run

    def _close(self, run: Run, status: str, error: str | None, cause: str | None) -> None:
        run.status, run.error, run.cause = status, error, cause
        self._on_end(run.input)


def _refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
