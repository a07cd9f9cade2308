"""Step Functions on a fake clock: gates, work, ends and status events, over the rows of the fake store."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.status import Status
from roughcut.ports import Execution
from tests.fakes.job_store import FakeJobStore

Later = Callable[..., None]  # later(delay_ms, function, *arguments)


class SimulatedMachine:
    """`Executions` whose executions live on: begin gate, a random time of work, publish gate or failure, event."""

    def __init__(self, store: FakeJobStore, later: Later, chance: Random, work_ms: int, failing: float) -> None:
        self.store, self.later, self.chance = store, later, chance
        self.work_ms, self.failing = work_ms, failing
        self.open: dict[str, str] = {}
        self.keys: dict[str, JobKey] = {}
        self.closed: dict[str, Execution] = {}
        self.working: set[str] = set()
        self.begun: Counter[str] = Counter()
        self.published: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self.peak = 0
        self.on_end: Callable[[str, Execution], None] = lambda *_: None

    def start(self, name: str, execution_input: str) -> None:
        if name in self.open or name in self.closed:
            return
        self.open[name] = execution_input
        job = json.loads(execution_input)["job"]
        self.keys[name] = JobKey(job["session_id"], job["job_id"])
        self.starts[name] += 1
        self.later(200, self._begin, name)

    def describe(self, name: str) -> Execution | None:
        return self.closed.get(name) or (Execution("RUNNING") if name in self.open else None)

    def stop(self, name: str, error: str, cause: str) -> None:
        if name in self.open:
            self._close(name, Execution("ABORTED", error, cause))

    def arn(self, name: str) -> str:
        return f"arn:{name}"

    def _begin(self, name: str) -> None:
        row = self._row(name)
        if row is None:
            return
        if row.status is not Status.STARTING or row.execution_name != name:
            self._close(name, Execution("FAILED", "Roughcut.Fenced", "fenced"))
            return
        self.store.rows[row.key] = replace(row, status=Status.RUNNING, passed=True, execution=name)
        self.begun[name] += 1
        self.working.add(name)
        self.peak = max(self.peak, len(self.working))
        fails = self.chance.random() < self.failing
        self.later(round(self.chance.expovariate(1 / self.work_ms)), self._end_work, name, fails)

    def _end_work(self, name: str, fails: bool) -> None:
        row = self._row(name)
        if row is None:
            return
        self.working.discard(name)
        if fails:
            self._close(name, Execution("FAILED", "EncodeFailed", "broken"))
        elif row.status is Status.RUNNING and row.execution_name == name:
            self.store.rows[row.key] = replace(row, status=Status.FINISHING, result_key="r", check_at=0)
            self.published[name] += 1
            self._close(name, Execution("SUCCEEDED"))
        else:
            self._close(name, Execution("FAILED", "Roughcut.Fenced", "fenced"))

    def _close(self, name: str, execution: Execution) -> None:
        self.working.discard(name)
        told = self.open.pop(name)
        self.closed[name] = execution
        self.on_end(told, execution)

    def _row(self, name: str) -> Job | None:
        """None once the execution is over: what it had planned does not happen."""
        if name not in self.open:
            return None
        return self.store.rows[self.keys[name]]
