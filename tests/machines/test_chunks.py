"""Which chunks are encoded, and how often: after a kill, and when asked for again."""

import json
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.embedded.waiting import until
from tests.machines.running import Job, WatchedStack, encoders
from tests.machines.test_mishaps import failed_tries, its_worker

# 36 cuts of half a second: 12 in a GOP of 6 s, and a process shows 24. So two chunks, and two runs of sound.
CUTS = [{"name": "large.mp4", "start": 0, "end": 0.5}] * 36
TWO_CHUNKS = {"videos": CUTS, "resolutions": ["360p"], "hls": False, "thumbnail": False}


def calls(stack: WatchedStack, job_id: str) -> Counter[int]:
    """How often the chunk encoder was called for each item of the plan."""
    given = [event for name, event in stack.given if name == "chunk-encoder"]
    return Counter(event["item"] for event in given if event["job"]["job_id"] == job_id)


def answers(stack: WatchedStack, job: Job) -> list[bool]:
    """Whether each item was found encoded, in the order of the plan."""
    details = [event.get("taskSucceededEventDetails", {}) for event in stack.events(job)]
    outputs = [json.loads(detail["output"]) for detail in details if "output" in detail]
    payloads = [output.get("Payload", output) for output in outputs if isinstance(output, dict)]
    chunks = [payload for payload in payloads if isinstance(payload, dict) and "reused" in payload]
    return [chunk["reused"] for chunk in sorted(chunks, key=lambda chunk: chunk["item"])]


@pytest.mark.contract("retry")
def test_only_the_chunk_whose_worker_was_killed_is_encoded_again(stack: WatchedStack, clips: Path) -> None:
    stack.upload("one-killed", clips / "large.mp4")
    job_id = stack.ask("submit", session_id="one-killed", payload=TWO_CHUNKS)["job_id"]
    encoder, *_ = until(encoders)

    its_worker(encoder).send_signal(signal.SIGKILL)

    job = stack.ended("one-killed", job_id)
    assert job["status"] == "completed", job
    assert failed_tries(stack, job) == ["Runtime.ExitError"]
    assert sorted(calls(stack, job_id).values()) == [1, 1, 1, 2]
    assert answers(stack, job) == [False] * 4


@pytest.mark.contract("keys.chunks")
def test_the_same_request_again_encodes_only_what_was_not_finished(stack: WatchedStack, clips: Path) -> None:
    stack.upload("tried-again", clips / "large.mp4")
    first = stack.film("tried-again", payload=TWO_CHUNKS)
    lost, *_ = stack.document(first, "plan.json")["items"]
    bucket = stack.outputs["MediaBucketName"]
    stack.client("s3").delete_object(Bucket=bucket, Key=f"{lost['key']}/done.json")

    again = stack.film("tried-again", payload=TWO_CHUNKS)

    assert again["status"] == "completed", again
    assert answers(stack, again) == [False, True, True, True]
