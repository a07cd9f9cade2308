"""Workers that die or are refused: the machine's retries."""

import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psutil
import pytest

from tests.answers import check_answer
from tests.embedded.waiting import until
from tests.embedded.workers.test_limits import is_over
from tests.machines.running import Job, WatchedStack, encoders, workers
from workbench.embedded.workers.outcome import Throttled

LARGE = {"videos": ["large.mp4"], "resolutions": ["720p"], "hls": False}


def failed_tries(stack: WatchedStack, job: Job) -> list[str]:
    """The error of each try of a task that failed."""
    details = "taskFailedEventDetails"
    return [event[details]["error"] for event in stack.events(job) if details in event]


def tries(stack: WatchedStack, job: Job) -> dict[str, tuple[str, int]]:
    """How `history` says that each state went."""
    told = stack.ask("history", session_id=job["session_id"], job_id=job["job_id"])
    check_answer("GET /sessions/{session_id}/jobs/{job_id}/history", 200, {"success": True, "data": told})
    return {state["name"]: (state["status"], state["tries"]) for state in told["states"]}


def the_encoder(encoder: psutil.Process) -> psutil.Process:
    return encoder


def its_worker(encoder: psutil.Process) -> psutil.Process:
    (worker,) = [worker for worker in workers("chunk_encoder") if encoder in worker.children(recursive=True)]
    return worker


@pytest.mark.like_aws(
    "Step Functions",
    "A worker that dies fails its task with Runtime.ExitError, and Retry mends it",
    differs="a sandbox is not killed by a person, but it can be lost",
)
@pytest.mark.parametrize(
    ("victim", "error"), [(its_worker, "Runtime.ExitError"), (the_encoder, "EncoderKilled")], ids=["worker", "encoder"]
)
def test_a_job_survives_a_kill_in_the_middle_of_encoding(
    stack: WatchedStack, clips: Path, victim: Callable[[psutil.Process], psutil.Process], error: str
) -> None:
    session = f"killed-{error.rpartition('.')[2]}"
    stack.upload(session, clips / "large.mp4")
    job_id = stack.ask("submit", session_id=session, payload=LARGE)["job_id"]
    encoder, *_ = until(encoders)

    victim(encoder).send_signal(signal.SIGKILL)

    job = stack.ended(session, job_id)
    assert job["status"] == "completed", job
    assert failed_tries(stack, job) == [error]
    seen = tries(stack, job)
    assert seen["EncodeChunks"] == ("succeeded", 1) and seen["PublishResult"] == ("succeeded", 1)
    assert seen["EncodeChunk"][0] == "succeeded"
    assert job["result"]["duration"] == pytest.approx(8)
    assert is_over(encoder.pid)


@pytest.mark.like_aws("Step Functions", "A throttled function is Lambda.TooManyRequestsException to Retry")
def test_a_function_that_is_throttled_twice_is_tried_again(stack: WatchedStack, clips: Path) -> None:
    calls = count()

    def refuse_twice() -> None:
        if next(calls) < 2:
            raise Throttled("video-stitcher")

    stack.upload("throttled", clips / "wide.mp4")
    stack.before["video-stitcher"] = refuse_twice

    job = stack.film("throttled", payload={"videos": ["wide.mp4"]})

    assert job["status"] == "completed", job
    assert failed_tries(stack, job) == ["Lambda.TooManyRequestsException"] * 2
    assert tries(stack, job)["StitchVideo"] == ("succeeded", 3)


def test_a_running_job_is_cancelled_and_its_encoder_ends(stack: WatchedStack, clips: Path) -> None:
    stack.upload("cancelled", clips / "large.mp4")
    job_id = stack.ask("submit", session_id="cancelled", payload=LARGE)["job_id"]
    encoder, *_ = until(encoders)

    stack.ask("cancel", session_id="cancelled", job_id=job_id)

    job = stack.ended("cancelled", job_id)
    assert job["status"] == "cancelled"
    execution = stack.execution(job)  # stopped; or its worker met the fence before the stop came
    assert execution["status"] == "ABORTED" or execution["error"] == "AttemptOver"
    assert until(lambda: is_over(encoder.pid))
