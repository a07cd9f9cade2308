"""The job manager's handler against its bars: `python -m benchmarks.handler`, on an idle machine, takes a minute.

The handler runs in this process, its AWS is a `roughcut up` of its own. Ends with exit code 1 if a bar is missed.
"""

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.embedded import Figure, told
from benchmarks.films import SAMPLES
from benchmarks.running import Running, running, slide_job, wait_until_all_ended
from benchmarks.speech import say
from tests.media.clips import ffmpeg
from workbench.embedded.clients import CREDENTIALS
from workbench.embedded.workers.environment import of_stack

# The first import writes the bytecode, and does not count; the first requests open connections.
IMPORTS, WARM, COLD = 11, 40, 3
JOBS, CLIPS, QUOTES, BATCH = 1_000, 20, 5, 25
# Long enough for a quote to read parts of it.
LOOPS = 40
_IMPORT = """
import time
began = time.perf_counter(), time.process_time()
import job_manager.app
print(time.perf_counter() - began[0], time.process_time() - began[1])
"""


@dataclass(frozen=True, slots=True)
class Handler:
    """`job_manager` in this process; `queries` are those that it asked the table for."""

    queries: list[str]

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Raises `RuntimeError` for a refused request."""
        from job_manager.app import handler

        with redirect_stdout(io.StringIO()):
            answer = handler(dict(request), None)
        if not answer["success"]:
            raise RuntimeError(answer["error"]["message"])
        data: dict[str, Any] = answer["data"]
        return data

    def processor_seconds(self, request: Mapping[str, Any]) -> float:
        """Of this process, whose AWS is another one: waiting for it is no processor time."""
        began = time.process_time()
        self.ask(request)
        return time.process_time() - began


def handler_on(stack: Running) -> Handler:
    """With the environment that the template gives the function."""
    configured = stack.clients.get("lambda").get_function_configuration(FunctionName="job-queue-manager")
    os.environ.update({name: str(value) for name, value in configured["Environment"]["Variables"].items()})
    os.environ.update(of_stack(stack.clients.get("s3").meta.endpoint_url, "us-east-1", CREDENTIALS))
    with redirect_stdout(io.StringIO()):  # the logger keeps what it finds, and a table follows
        from roughcut.aws.clients import client
        from roughcut.telemetry import logger
    logger.setLevel("ERROR")
    asked: list[str] = []
    client("dynamodb").meta.events.register("before-call.dynamodb.Query", lambda model, **_: asked.append(model.name))
    return Handler(asked)


def cold_import() -> Iterator[Figure]:
    """Each in an interpreter of its own: median of what a clock on the wall says, and of processor time."""
    times = []
    for _ in range(IMPORTS + 1):
        ended = subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True, text=True)  # noqa: S603
        times.append([float(word) * 1000 for word in ended.stdout.split()])
    wall, processor = (statistics.median(column) for column in zip(*times[1:], strict=True))
    yield Figure("cold import of the handler", wall, "ms", 400)
    yield Figure("the same in processor time", processor, "ms", 400)


def warm(handler: Handler, job_id: str) -> Iterator[Figure]:
    job = {"session_id": "one", "job_id": job_id}
    requests: dict[str, Mapping[str, Any]] = {
        "submit": slide_job("warm"),
        "status": {"operation": "status", **job},
        "stats": {"operation": "stats"},
        "list": {"operation": "list"},
        "links": {"operation": "links", **job},
        "history": {"operation": "history", **job},
        "upload": {"operation": "upload", "session_id": "one", "name": "a.mp4", "kind": "video", "size_bytes": 1 << 20},
    }
    for name, request in requests.items():
        own = [handler.processor_seconds(request) for _ in range(COLD + WARM)][COLD:]
        yield Figure(f"{name}, warm, without AWS, p50", statistics.median(own) * 1000, "ms", 15)


def crowded_session(stack: Running, handler: Handler, job_id: str) -> Iterator[Figure]:
    """The row of a finished job a thousand times over, under other names."""
    dynamo = stack.clients.get("dynamodb")
    key = {"session_id": {"S": "one"}, "job_id": {"S": job_id}}
    row = dynamo.get_item(TableName="Sessions", Key=key)["Item"]
    rows = [{**row, "session_id": {"S": "crowd"}, "job_id": {"S": f"{job_id}{n}"}} for n in range(JOBS)]
    for first in range(0, JOBS, BATCH):
        puts = [{"PutRequest": {"Item": item}} for item in rows[first : first + BATCH]]
        dynamo.batch_write_item(RequestItems={"Sessions": puts})
    handler.queries.clear()
    told = handler.ask({"operation": "status", "session_id": "crowd"})
    yield Figure(f"status of a session of {JOBS:,} jobs", len(handler.queries), "queries", 1)
    yield Figure("jobs that it tells", len(told["jobs"]), "jobs", JOBS, most=False)


def quotes(stack: Running) -> Iterator[Figure]:
    """Through the HTTP API, workers warm: of the samples, and with half of the clips so long that parts are read."""
    samples = [SAMPLES / "lecture.mp4", SAMPLES / "bunny.mp4"]
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.mp4"
        ffmpeg("-stream_loop", str(LOOPS), "-i", SAMPLES / "bunny.mp4", "-c", "copy", long)
        size = long.stat().st_size / (1 << 20)
        yield Figure(f"quote of {CLIPS} clips of seconds", quoted(stack, "short", samples), "s", 2)
        several = [samples[0], long]
        yield Figure(f"with half of them of {size:.0f} MiB, minutes", quoted(stack, "long", several), "s", 2)


def quoted(stack: Running, session: str, files: Sequence[Path]) -> float:
    """Seconds of a quote of the `files` in turn, median, the first one not counted."""
    s3, bucket = stack.clients.get("s3"), os.environ["MEDIA_BUCKET"]
    for number in range(CLIPS):
        s3.upload_file(str(files[number % len(files)]), bucket, f"sessions/{session}/videos/{number}.mp4")
    asked = {"operation": "quote", "session_id": session, "payload": {"videos": [f"{n}.mp4" for n in range(CLIPS)]}}
    seconds = []
    for _ in range(QUOTES + 1):
        began = time.perf_counter()
        stack.ask(asked)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:])


def main() -> int:
    say("| figure | measured | bar |\n|---|---|---|")
    figures = list(told(cold_import()))
    with running() as stack:
        job_id = stack.ask(slide_job("one"))["job_id"]
        wait_until_all_ended(stack.ask, 1)
        handler = handler_on(stack)
        figures += told(warm(handler, job_id))
        figures += told(crowded_session(stack, handler, job_id))
        figures += told(quotes(stack))
    return int(not all(figure.is_met for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
