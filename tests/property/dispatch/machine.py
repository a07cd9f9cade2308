"""Step Functions in memory: names remembered, answers that lag, executions that a program moves on step by step."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from roughcut.jobs.job import JobKey
from roughcut.ports import Execution
from tests.fakes.dynamo_client import ConditionalCheckFailedException, DynamoClient
from tests.property.dispatch import gates

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:video-pipeline"
OPEN, WORKING, PUBLISHED, CLOSED = "open", "working", "published", "closed"
FENCED = Execution("FAILED", *gates.failure("JobFenced"))


class ExecutionDoesNotExist(ClientError):
    """No execution of that name, as far as this answer knows."""


@dataclass(slots=True, eq=False)
class Run:
    """An execution. `hangs`: it ends only if it is stopped. `views`: what Describe has shown since it began."""

    arn: str
    input: str
    state: str = OPEN
    hangs: bool = False
    views: list[Execution | None] = field(default_factory=lambda: [None, Execution("RUNNING")])

    @property
    def job(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.input)["job"]
        return told

    @property
    def key(self) -> JobKey:
        return JobKey(self.job["session_id"], self.job["job_id"])

    @property
    def attempt(self) -> int:
        return int(self.job["attempt"])

    @property
    def end(self) -> Execution | None:
        return self.views[-1] if self.state == CLOSED else None


class StepFunctions:
    """The client, and behind it the executions. `stale()` says how many views an answer lags behind."""

    exceptions = SimpleNamespace(ExecutionDoesNotExist=ExecutionDoesNotExist)

    def __init__(self, dynamo: DynamoClient, stale: Callable[[], int]) -> None:
        self.dynamo, self.stale = dynamo, stale
        self.runs: dict[str, Run] = {}
        self.refused: set[str] = set()
        self.refuses = False
        self.forbidden: set[str] = set()
        self.gate: tuple[str, Run] | None = None
        self.in_flight: list[tuple[str, Run]] = []
        self.on_end: Callable[[Run], None] = lambda run: None

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803  # the API's
        arn = f"{stateMachineArn.replace(':stateMachine:', ':execution:')}:{name}"
        if self.refuses:
            self.refused.add(arn)
            raise ClientError({"Error": {"Code": "StateMachineDoesNotExist", "Message": name}}, "StartExecution")
        if arn in self.runs:
            if self.runs[arn].state == CLOSED or self.runs[arn].input != input:
                raise ClientError({"Error": {"Code": "ExecutionAlreadyExists", "Message": name}}, "StartExecution")
            return
        self.runs[arn] = Run(arn, input)

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803  # the API's
        if executionArn in self.forbidden:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeExecution")
        views = self.runs[executionArn].views if executionArn in self.runs else [None]
        view = views[max(0, len(views) - 1 - self.stale())]
        if view is None:
            raise ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution")
        told = {"status": view.status, "error": view.error, "cause": view.cause}
        return {name: value for name, value in told.items() if value is not None}

    def stop_execution(self, *, executionArn: str, error: str, cause: str) -> None:  # noqa: N803  # the API's
        if executionArn not in self.runs:
            raise ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "StopExecution")
        self.close(self.runs[executionArn], Execution("ABORTED", error, cause))

    # ------------------------------------------------------------------ the life of an execution

    def begin(self, run: Run) -> None:
        """The first state: its gate opens, or this is the end."""
        if run.state == OPEN:
            if self.write("BeginJob", run):
                run.state = WORKING
            else:
                self.close(run, FENCED)

    def publish(self, run: Run) -> None:
        """The last state."""
        if run.state == WORKING:
            if self.write("PublishResult", run):
                run.state = PUBLISHED
            else:
                self.close(run, FENCED)

    def succeed(self, run: Run) -> None:
        if run.state == PUBLISHED:
            self.close(run, Execution("SUCCEEDED"))

    def fail(self, run: Run, end: Execution) -> None:
        """What went wrong is caught and recorded, unless the execution itself is taken away."""
        if run.state == WORKING and end.status == "FAILED" and end.error != "Roughcut.Interrupted":
            self.write("RecordFailure", run)
        self.close(run, end)

    def close(self, run: Run, end: Execution) -> None:
        if run.state != CLOSED:
            run.state = CLOSED
            run.views.append(end)
            self.on_end(run)

    def write(self, state: str, run: Run) -> bool:
        """A task's write; False if its condition refused it."""
        self.gate = (state, run)
        try:
            self.dynamo.update_item(**gates.update(state, run.input, run.arn, "2026-11-24T04:05:06.789Z"))
        except ConditionalCheckFailedException:
            return False
        finally:
            self.gate = None
        return True

    def send(self, state: str, run: Run) -> None:
        """The write is on its way; the task times out meanwhile, and is tried again or its execution stopped."""
        self.in_flight.append((state, run))

    def land(self, number: int) -> None:
        self.write(*self.in_flight.pop(number % len(self.in_flight)))
