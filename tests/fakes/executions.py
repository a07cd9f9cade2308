"""Step Functions in memory: executions by name, closed by the test."""

from collections.abc import Sequence

from roughcut.jobs.history import HistoryEvent
from roughcut.ports import Execution, StartRefused


class FakeExecutions:
    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}
        self.closed: dict[str, Execution] = {}
        self.told: dict[str, Sequence[HistoryEvent]] = {}
        self.refuses = False

    def start(self, name: str, execution_input: str) -> None:
        if self.refuses:
            raise StartRefused("the state machine does not exist")
        self.inputs.setdefault(name, execution_input)

    def describe(self, name: str) -> Execution | None:
        if name not in self.inputs:
            return None
        return self.closed.get(name, Execution("RUNNING"))

    def history(self, name: str) -> Sequence[HistoryEvent]:
        return self.told.get(name, [])

    def stop(self, name: str, error: str, cause: str) -> None:
        if name in self.inputs:
            self.closed.setdefault(name, Execution("ABORTED", error, cause))

    def arn(self, name: str) -> str:
        return f"arn:aws:states:us-east-1:123456789012:execution:video-pipeline:{name}"
