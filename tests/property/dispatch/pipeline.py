"""Step Functions in memory: executions by name, whose gates are the ones of the real state machine definition."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from roughcut.jobs.job import JobKey
from tests.fakes.dynamo_client import ConditionalCheckFailedException, DynamoClient

DEFINITION = json.loads((Path(__file__).parents[3] / "statemachines/video_pipeline.asl.json").read_text())
TABLE = "Sessions"
MACHINE_ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:video-pipeline"
_FORMAT = re.compile(r"States\.Format\('([^']*)', (\S+)\)")


class ExecutionDoesNotExist(ClientError):
    """Step Functions does not know the name, or not yet."""


@dataclass(slots=True)
class Run:
    """One execution. `seen`: what DescribeExecution has told so far, oldest first; it may tell an older one again."""

    name: str
    text: str
    seen: list[dict[str, str]] = field(default_factory=lambda: [{}, {"status": "RUNNING"}])
    is_begun: bool = False
    is_working: bool = False
    is_published: bool = False
    hangs: bool = False

    @property
    def job(self) -> dict[str, Any]:
        job: dict[str, Any] = json.loads(self.text)["job"]
        return job

    @property
    def key(self) -> JobKey:
        return JobKey(self.job["session_id"], self.job["job_id"])

    @property
    def is_closed(self) -> bool:
        return self.seen[-1]["status"] != "RUNNING"

    @property
    def arn(self) -> str:
        return f"{MACHINE_ARN.replace(':stateMachine:', ':execution:')}:{self.name}"


class Pipeline:
    """The client, and the machine behind it. `closed` collects the runs that have ended, for their events."""

    exceptions = SimpleNamespace(ExecutionDoesNotExist=ExecutionDoesNotExist)

    def __init__(self, table: DynamoClient, states: Mapping[str, Any] = DEFINITION["States"]) -> None:
        self.table, self.states = table, states
        self.runs: dict[str, Run] = {}
        self.closed: list[Run] = []
        self.staleness = 0  # how many changes DescribeExecution is behind
        self.refuses = False

    # ------------------------------------------------------------------ the client

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803
        if self.refuses:
            raise _error("StateMachineDoesNotExist")
        known = self.runs.get(name)
        if known is None:
            self.runs[name] = Run(name, input)
        elif known.is_closed or known.text != input:
            raise _error("ExecutionAlreadyExists")

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803
        run = self.runs.get(executionArn.rpartition(":")[2])
        told = run.seen[max(0, len(run.seen) - 1 - self.staleness)] if run else {}
        if not told:
            raise ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution")
        return told

    def stop_execution(self, *, executionArn: str, error: str, cause: str) -> None:  # noqa: N803
        run = self.runs.get(executionArn.rpartition(":")[2])
        if run is None:
            raise ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "StopExecution")
        self.close(run, "ABORTED", error, cause)

    # ------------------------------------------------------------------ the machine

    @property
    def open(self) -> list[Run]:
        return [run for run in self.runs.values() if not run.is_closed]

    def begin(self, run: Run) -> None:
        """BeginJob; of a closed run it is the write that was under way when the run was stopped."""
        if self._passes("BeginJob", run):
            run.is_begun, run.is_working = True, not run.is_closed
        else:
            self._fence(run)

    def publish(self, run: Run) -> None:
        """PublishResult: from now on the run does nothing that anybody could see."""
        if self._passes("PublishResult", run):
            run.is_published, run.is_working = True, False
        else:
            self._fence(run)

    def fail(self, run: Run, error: str = "EncodeFailed") -> None:
        """RecordFailure, then FailJob."""
        self._passes("RecordFailure", run)
        self.close(run, "FAILED", error, "broken")

    def close(self, run: Run, status: str, error: str = "", cause: str = "") -> None:
        if not run.is_closed:
            run.is_working = False
            run.seen.append({"status": status, **({"error": error, "cause": cause} if error else {})})
            self.closed.append(run)

    def interrupt(self) -> None:
        """The embedded AWS was killed: when it is up again, what was open has ended."""
        for run in self.open:
            self.close(run, "FAILED", "Roughcut.Interrupted", "the embedded AWS was stopped")

    def _passes(self, gate: str, run: Run) -> bool:
        try:
            self.table.update_item(**_resolved(self.states[gate]["Parameters"], run))
        except ConditionalCheckFailedException:
            return False
        return True

    def _fence(self, run: Run) -> None:
        fenced = self.states["JobFenced"]
        self.close(run, "FAILED", fenced["Error"], fenced["Cause"])


def _resolved(parameters: Mapping[str, Any], run: Run) -> dict[str, Any]:
    """The state's Parameters as Step Functions would send them."""
    sent: dict[str, Any] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            sent[name] = _resolved(value, run)
        elif name.endswith(".$"):
            sent[name.removesuffix(".$")] = _looked_up(value, run)
        else:
            sent[name] = value.replace("${TableName}", TABLE) if isinstance(value, str) else value
    return sent


def _looked_up(path: str, run: Run) -> Any:
    formatted = _FORMAT.fullmatch(path)
    if formatted:
        return formatted[1].replace("{}", str(_looked_up(formatted[2], run)))
    if path == "$$.Execution.Id":
        return run.arn
    if path == "$$.State.EnteredTime":
        return "2026-11-24T00:00:00.000Z"
    return run.job[path.removeprefix("$.job.")]


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "StartExecution")
