"""The state machine `video-pipeline`."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from roughcut.jobs.history import HistoryEvent
from roughcut.ports import Execution, StartRefused

# No retry can mend these; the input or the stack is wrong.
_PERMANENT = frozenset(
    {"InvalidArn", "InvalidExecutionInput", "InvalidName", "StateMachineDoesNotExist", "ValidationException"}
)

_EVENTS_AT_ONCE = 1000  # the most that Step Functions gives


class StepFunctionsExecutions:
    """Executions by name. A name that is taken, a busy service, a lost answer: all mean that the sweep decides."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self._client, self._state_machine_arn = client, state_machine_arn

    def start(self, name: str, execution_input: str) -> None:
        try:
            self._client.start_execution(stateMachineArn=self._state_machine_arn, name=name, input=execution_input)
        except ClientError as error:
            if error.response["Error"]["Code"] in _PERMANENT:
                raise StartRefused(str(error)) from error
        except BotoCoreError:
            return

    def describe(self, name: str) -> Execution | None:
        try:
            answer = self._client.describe_execution(executionArn=self.arn(name))
        except self._client.exceptions.ExecutionDoesNotExist:
            return None
        return Execution(answer["status"], answer.get("error"), answer.get("cause"))

    def history(self, name: str) -> Iterator[HistoryEvent]:
        paginator = self._client.get_paginator("get_execution_history")
        asked = {"executionArn": self.arn(name), "includeExecutionData": False, "maxResults": _EVENTS_AT_ONCE}
        try:
            for page in paginator.paginate(**asked):
                yield from map(_event, page["events"])
        except self._client.exceptions.ExecutionDoesNotExist:
            return

    def stop(self, name: str, error: str, cause: str) -> None:
        try:
            self._client.stop_execution(executionArn=self.arn(name), error=error, cause=cause)
        except self._client.exceptions.ExecutionDoesNotExist:
            return

    def arn(self, name: str) -> str:
        return f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def _event(told: Mapping[str, Any]) -> HistoryEvent:
    """An event has at most one member that ends in Details, named for its type."""
    details: Mapping[str, Any] = next((value for name, value in told.items() if name.endswith("Details")), {})
    return HistoryEvent(
        id=told["id"],
        previous_id=told.get("previousEventId", 0),
        type=told["type"],
        at_ms=round(told["timestamp"].timestamp() * 1000),
        **{name: details[name] for name in ("name", "index", "length", "error", "cause") if name in details},
    )
