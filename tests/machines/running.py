"""The product's own stack with a hook on every invocation, jobs run to their end on it, and its processes."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from tests.answers import check_answer
from tests.embedded.waiting import until
from workbench.embedded.running import Stack
from workbench.embedded.workers.outcome import Outcome

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
ENDED = ("completed", "failed", "cancelled")
LONGEST_FILM_SECONDS = 60.0

Job = dict[str, Any]


class WatchedStack(Stack):
    """`before[name]` is called ahead of each invocation of a function, and may raise as Lambda would; `given` is what
    each was given, `log` each line that they wrote."""

    def __init__(self, template: Path, parameters: Mapping[str, str] | None = None) -> None:
        self.log: list[tuple[str, str]] = []
        super().__init__(
            template, parameters=parameters, strict_iam=True, on_log=lambda name, line: self.log.append((name, line))
        )
        self.before: dict[str, Callable[[], None]] = {}
        self.given: list[tuple[str, Job]] = []

    def run_function(self, name: str, payload: bytes) -> Outcome:
        function = name.partition(":")[0]
        self.before.get(function, lambda: None)()
        self.given.append((function, json.loads(payload or b"{}")))
        return super().run_function(name, payload)

    def ask(self, operation: str, **fields: Any) -> Any:
        """The data of a successful answer of job-queue-manager."""
        answer = self.invoke("job-queue-manager", {"operation": operation, **fields})
        assert answer["success"], answer
        return answer["data"]

    def upload(self, session_id: str, *clips: Path) -> None:
        for clip in clips:
            key = f"sessions/{session_id}/videos/{clip.name}"
            self.client("s3").upload_file(str(clip), self.outputs["MediaBucketName"], key)

    def film(self, session_id: str, **request: Any) -> Job:
        """Submit and wait for the end."""
        return self.ended(session_id, self.ask("submit", session_id=session_id, **request)["job_id"])

    def ended(self, session_id: str, job_id: str) -> Job:
        """The job, once it has ended."""

        def look() -> Job | None:
            job: Job = self.ask("status", session_id=session_id, job_id=job_id)
            return job if job["status"] in ENDED else None

        job = until(look, LONGEST_FILM_SECONDS)
        assert job
        check_answer("GET /sessions/{session_id}/jobs/{job_id}", 200, {"success": True, "data": job})
        return job

    def execution(self, job: Job) -> dict[str, Any]:
        """What DescribeExecution says."""
        seen: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=job["execution_arn"])
        return seen

    def events(self, job: Job) -> list[dict[str, Any]]:
        """The history of the job's execution."""
        states = self.client("stepfunctions")
        history: list[dict[str, Any]] = states.get_execution_history(
            executionArn=job["execution_arn"], maxResults=1000
        )["events"]
        return history

    def states(self, job: Job) -> list[str]:
        """The names of the states that the execution entered, in order."""
        entered = "stateEnteredEventDetails"
        return [event[entered]["name"] for event in self.events(job) if entered in event]

    def document(self, job: Job, name: str) -> dict[str, Any]:
        """A JSON file that the attempt wrote."""
        key = f"sessions/{job['session_id']}/jobs/{job['job_id']}/{job['attempt']}/{name}"
        body = self.client("s3").get_object(Bucket=self.outputs["MediaBucketName"], Key=key)["Body"].read()
        document: dict[str, Any] = json.loads(body)
        return document

    def files(self, job: Job) -> set[str]:
        """What the attempt wrote, named from its prefix on."""
        prefix = f"sessions/{job['session_id']}/jobs/{job['job_id']}/{job['attempt']}/"
        listed = self.client("s3").list_objects_v2(Bucket=self.outputs["MediaBucketName"], Prefix=prefix)["Contents"]
        return {entry["Key"].removeprefix(prefix) for entry in listed}


def workers(package: str) -> list[psutil.Process]:
    """The worker processes of one function, busy or idle."""
    return [process for process in _below_us() if f"{package}.app.handler" in _command(process)]


def encoders() -> list[psutil.Process]:
    """Every ffmpeg that a chunk encoder runs to encode pictures."""
    found = [process for worker in workers("chunk_encoder") for process in worker.children(recursive=True)]
    return [process for process in found if "libx264" in _command(process)]


def _below_us() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []  # it has ended meanwhile
