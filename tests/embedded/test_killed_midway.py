"""Dispatchers and workers that die in the middle of a call, in an AWS where only one job may run at a time.

Each kill is set to one request: it never arrives, or it is done and the answer reaches nobody. What takes a minute on
AWS (the grace of a start, the next look at a row, the next offer of a message) takes seconds here, and the sweep comes
as often as we look.
"""

import io
import shutil
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import psutil
import pytest

from tests.embedded.waiting import until
from tests.machines.running import TEMPLATE, Job, WatchedStack, workers
from workbench.embedded import endpoint
from workbench.embedded.faults import FunctionFailed
from workbench.embedded.running import Stack

PATIENCE_SECONDS = 15.0
HURRIED = {
    "template.yaml": ("VisibilityTimeout: 360", "VisibilityTimeout: 5"),
    "functions/roughcut/dispatch/starting.py": ("START_GRACE_MS = 60_000", "START_GRACE_MS = 1_000"),
    "functions/roughcut/dispatch/reconcile.py": ("LOOK_AGAIN_MS = 60_000", "LOOK_AGAIN_MS = 1_000"),
}


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill the workers of `package` at a request that names `target` and has `mark` in its body."""

    package: str
    target: str
    mark: str = ""
    is_done: bool = False

    def is_meant(self, target: str, body: bytes) -> bool:
        return self.target in target and self.mark.encode() in body


CLAIM, END = ("dispatcher", "TransactWriteItems", '"STARTING"'), ("dispatcher", "TransactWriteItems", '"SUCCEEDED"')
START, LOOK = ("dispatcher", "StartExecution"), ("dispatcher", "DescribeExecution")
SLIDE = ("slide_generator", "/slides/")
KILLS = [
    *(Kill(*call) for call in (CLAIM, START, LOOK, END, START, SLIDE)),
    *(Kill(*call, is_done=True) for call in (CLAIM, START, LOOK, END, CLAIM, SLIDE)),
]


class Reaper:
    """Stands before the AWS endpoint and carries out each kill once."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.waiting: list[Kill] = []
        self.killed: Counter[str] = Counter()  # how often somebody died, by package

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        target = environ.get("HTTP_X_AMZ_TARGET", "") or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        kill = self._take(target, body)
        if kill is not None and not kill.is_done:
            self._carry_out(kill)
            start_response("503 Service Unavailable", [])
            return []
        environ["wsgi.input"] = io.BytesIO(body)
        answer = list(self._application(environ, start_response))
        if kill is not None:
            self._carry_out(kill)
        return answer

    def _take(self, target: str, body: bytes) -> Kill | None:
        kill = next((kill for kill in self.waiting if kill.is_meant(target, body)), None)
        if kill is not None:
            self.waiting.remove(kill)
        return kill

    def _carry_out(self, kill: Kill) -> None:
        victims = workers(kill.package)
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        if victims:
            self.killed[kill.package] += 1
        else:  # whoever asked had died by another kill meanwhile
            self.waiting.append(kill)


class OneAtATime(WatchedStack):
    """The product with MAX_CONCURRENT_JOBS=1."""

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        Stack.__init__(self, template, environment={"MAX_CONCURRENT_JOBS": "1"})

    def sweep(self) -> None:
        """As the clock would; the dispatcher may die of it."""
        with suppress(FunctionFailed):
            self.invoke("job-dispatcher", {"door": "sweep"})

    def sweep_to_the_end(self) -> dict[str, Any] | None:
        """What `stats` says, once nothing waits and nothing runs."""
        self.sweep()
        figures: dict[str, Any] = self.ask("stats")
        return None if figures["processing"] or figures["queued"]["total"] else figures

    def submit(self, number: int, priority: int) -> str:
        """The job's id; the job draws one slide."""
        request: dict[str, Any] = {"job_type": "generate_slides", "payload": {"slides": ["intro"]}}
        job_id: str = self.ask("submit", session_id=f"s{number}", priority=priority, **request)["job_id"]
        return job_id

    def job(self, number: int, job_id: str) -> Job:
        job: Job = self.ask("status", session_id=f"s{number}", job_id=job_id)
        return job


@pytest.fixture
def hurried(tmp_path: Path) -> Path:
    """A copy of the product that waits seconds where AWS waits minutes."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("functions", "layers", "statemachines"):
        shutil.copytree(TEMPLATE.parent / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(TEMPLATE, tmp_path)
    for name, (long, short) in HURRIED.items():
        text = (tmp_path / name).read_text()
        assert long in text
        (tmp_path / name).write_text(text.replace(long, short))
    return tmp_path / "template.yaml"


@pytest.fixture
def reaper(monkeypatch: pytest.MonkeyPatch) -> Reaper:
    """Between every client and the endpoint of the stack that is started next."""
    made = endpoint.DomainDispatcherApplication(endpoint.create_backend_app)
    reaper = Reaper(made)
    monkeypatch.setattr(endpoint, "DomainDispatcherApplication", lambda _: reaper)
    return reaper


@pytest.fixture
def stack(hurried: Path, reaper: Reaper) -> Iterator[OneAtATime]:
    with OneAtATime(hurried) as running:
        running.warm()
        yield running


def test_ten_killed_dispatchers_lose_and_double_nothing_and_the_high_job_is_next(
    stack: OneAtATime, reaper: Reaper
) -> None:
    may_draw = threading.Event()
    stack.before["slide-generator"] = may_draw.wait
    reaper.waiting = list(KILLS)
    lows = {number: stack.submit(number, priority=10) for number in range(10)}
    until(lambda: stack.sweep() or stack.ask("stats")["processing"] == 1, PATIENCE_SECONDS)
    high = stack.submit(10, priority=1)
    may_draw.set()

    figures = until(stack.sweep_to_the_end, PATIENCE_SECONDS)

    *low_jobs, high_job = [stack.job(number, job_id) for number, job_id in {**lows, 10: high}.items()]
    assert reaper.killed == {"dispatcher": 10, "slide_generator": 2}
    assert {(job["status"], job["attempt"]) for job in [*low_jobs, high_job]} == {("completed", 1)}
    assert sum(job["started_at"] < high_job["started_at"] for job in low_jobs) == 1
    assert executions(stack) == sorted([*lows.values(), high])
    assert all(stack.states(job).count("PublishResult") == 1 for job in [*low_jobs, high_job])
    assert (figures["completed_24h"], figures["failed_24h"], figures["free_slots"]) == (11, 0, 1)


def executions(stack: OneAtATime) -> list[str]:
    """The jobs that executions were started for, one entry for each execution."""
    states = stack.client("stepfunctions")
    found = states.list_executions(stateMachineArn=stack.outputs["StateMachineArn"])["executions"]
    return sorted(execution["name"].partition("-")[0] for execution in found)
