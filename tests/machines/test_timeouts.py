"""A stage that never answers: the function's own timeout, and the state's."""

from pathlib import Path

import pytest

from tests.machines.running import Job, WatchedStack, workers


@pytest.mark.like_aws(
    "Step Functions",
    "A function that outlasts its own Timeout, or its state's TimeoutSeconds, fails the task by the name of each",
    differs="the call that was given up ends at the function's own Timeout, as here",
)
@pytest.mark.parametrize(
    ("package", "request_", "error"),
    [
        ("slide_generator", {"job_type": "generate_slides", "payload": {"slides": ["intro"]}}, "Sandbox.Timedout"),
        ("video_stitcher", {"job_type": "stitch_video", "payload": {"videos": ["wide.mp4"]}}, "TimedOut"),
    ],
    ids=["the function's own time", "the state's time"],
)
def test_a_stage_that_never_answers_times_out(
    hurried_stack: WatchedStack, clips: Path, package: str, request_: Job, error: str
) -> None:
    hurried_stack.upload("slow", clips / "wide.mp4")
    for worker in workers(package):
        worker.suspend()

    job = hurried_stack.film("slow", **request_)

    assert (job["status"], job["error"]["code"]) == ("failed", "TimedOut"), job
    execution = hurried_stack.execution(job)
    assert (execution["status"], execution["error"]) == ("FAILED", error)
