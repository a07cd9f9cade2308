"""The jobs that make the functions call everything they ever call."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.embedded.waiting import PATIENCE_SECONDS, until
from tests.machines.running import ENDED, Job
from tests.permissions.recorded import RecordedStack
from workbench.embedded.faults import FunctionFailed
from workbench.embedded.workers.outcome import Throttled

LADDER = {"videos": ["wide.mp4", "large.mp4"], "slides": ["intro.png"], "resolutions": ["240p"], "storyboard": True}


def run_everything(stack: RecordedStack, clips: Path) -> None:
    """Every operation, every door, every stage, and what goes wrong on purpose."""
    stack.upload("films", clips / "wide.mp4", clips / "large.mp4")
    assert stack.film("films", job_type="full_pipeline", payload=LADDER)["status"] == "completed"
    again = stack.film("films", job_type="optimize_video", payload={"resolutions": ["240p"]})
    assert again["status"] == "completed"
    assert stack.film("films", job_type="generate_slides", payload={"slides": ["intro.png"]})["status"] == "completed"
    # Of a copied film the plan alone is more than a quarter: video-optimizer tells of it.
    copied = stack.film("films", job_type="stitch_video", payload={"videos": ["wide.mp4"]})
    assert {part["how"] for part in stack.document(copied, "edit.json")["parts"]} == {"copy"}
    missing = stack.film("films", job_type="stitch_video", payload={"videos": ["gone.mp4"]})
    assert missing["error"]["code"] == "SourceMissing"
    stack.ask("retry", session_id="films", job_id=missing["job_id"])
    stack.ended("films", missing["job_id"])
    stack.ask("history", session_id="films", job_id=missing["job_id"])
    quoted(stack)
    stack.ask("links", session_id="films", job_id=copied["job_id"])
    for kind, name in (("video", "${filename}.mp4"), ("slide", "${filename}.png")):
        upload_in_parts(stack, kind=kind, name=name)
    cancel_one(stack)
    garbage(stack)
    process_one(stack)
    overdue(stack)
    lost_edit(stack, again)
    for operation in ("stats", "list"):
        stack.ask(operation)
    stack.ask("status", session_id="films")
    stack.client("dynamodb").put_item(TableName="Sessions", Item=held_by_nobody())
    stack.invoke("job-dispatcher", {"door": "sweep"})


def upload_in_parts(stack: RecordedStack, **asked: Any) -> None:
    """Small as it is: S3 would replace the name in a form."""
    begun = stack.ask("upload", session_id="films", size_bytes=5, **asked)
    (part,) = begun["parts"]
    with urlopen(Request(part["url"], b"bytes", method="PUT")):
        assert stack.ask("upload", **begun["completion"])["completed"]


def cancel_one(stack: RecordedStack) -> None:
    with running(stack) as job_id:
        stack.ask("cancel", session_id="films", job_id=job_id)
    swept(stack, job_id)


@contextmanager
def running(stack: RecordedStack) -> Iterator[str]:
    """A job whose execution has passed the Begin gate and waits for its first stage until the block ends."""
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)

    stack.before["video-stitcher"] = wait
    job_id = submit(stack, "wide.mp4")
    assert begun.wait(PATIENCE_SECONDS)
    yield job_id
    go_on.set()
    del stack.before["video-stitcher"]


def process_one(stack: RecordedStack) -> None:
    """Jobs of every class while the dispatcher is throttled: `process` starts them."""

    def refuse() -> None:
        raise Throttled("job-dispatcher")

    stack.before["job-dispatcher"] = refuse
    waiting = [submit(stack, "gone.mp4", priority=priority) for priority in (1, 5, 10)]
    assert stack.ask("process")["started"]
    del stack.before["job-dispatcher"]
    for job_id in waiting:
        swept(stack, job_id)


def swept(stack: RecordedStack, job_id: str) -> None:
    """Nobody heard that the execution ended: the sweep sees it."""

    def look() -> bool:
        stack.invoke("job-dispatcher", {"door": "sweep"})
        return bool(stack.ask("status", session_id="films", job_id=job_id)["status"] in ENDED)

    until(look)


def overdue(stack: RecordedStack) -> None:
    """A job whose deadline has passed is stopped by the next sweep."""
    with running(stack) as job_id:
        stack.client("dynamodb").update_item(
            TableName="Sessions",
            Key={"session_id": {"S": "films"}, "job_id": {"S": job_id}},
            UpdateExpression="SET deadline_ms = :past, check_at = :past",
            ExpressionAttributeValues={":past": {"N": "0"}},
        )
        stack.invoke("job-dispatcher", {"door": "sweep"})
    swept(stack, job_id)
    assert stack.ended("films", job_id)["error"]["code"] == "TimedOut"


def lost_edit(stack: RecordedStack, job: Job) -> None:
    """What a stage was told of is not there any more."""
    started = json.loads(stack.execution(job)["input"])
    with pytest.raises(FunctionFailed, match="SourceMissing"):
        stack.invoke("video-optimizer", {"step": "plan", **started, "edit_key": "sessions/films/gone.json"})


def submit(stack: RecordedStack, clip: str, **fields: Any) -> str:
    request = {"session_id": "films", "job_type": "stitch_video", "payload": {"videos": [clip]}}
    job_id: str = stack.ask("submit", **request, **fields)["job_id"]
    return job_id


def quoted(stack: RecordedStack) -> None:
    """By job-queue-manager, and by job-dispatcher for a job that comes as a message."""
    request = {"session_id": "films", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}
    assert stack.ask("quote", **request)["usd"] > 0
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="video-jobs-normal")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({**request, "max_usd": 1}))

    def newest() -> Job | None:
        job = stack.ask("status", session_id="films", job_id=stack.ask("list", limit=1)["jobs"][0]["job_id"])
        return job if "quoted_usd" in job.get("cost", {}) else None

    job = until(newest)
    assert job and stack.ended("films", job["job_id"])["status"] == "completed"


def garbage(stack: RecordedStack) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="video-jobs-low")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="no job")
    until(lambda: any(job["session_id"] == "_quarantine" for job in stack.ask("list")["jobs"]))


def held_by_nobody() -> dict[str, Any]:
    return {"session_id": {"S": "_held"}, "job_id": {"S": "acme"}, "jobs": {"N": "0"}}
