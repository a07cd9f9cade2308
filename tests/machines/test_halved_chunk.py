"""A chunk that takes longer than its worker has."""

from pathlib import Path

from tests.embedded.waiting import until
from tests.machines.running import Job, WatchedStack, encoders
from tests.machines.test_chunks import calls
from tests.machines.test_mishaps import LARGE, failed_tries


def finished(stack: WatchedStack, job: Job) -> list[str]:
    """What of the first chunk is finished, named from its folder on."""
    folder = stack.document(job, "plan.json")["items"][0]["key"]
    listed = stack.client("s3").list_objects_v2(Bucket=stack.outputs["MediaBucketName"], Prefix=folder)["Contents"]
    return sorted(entry["Key"].removeprefix(folder) for entry in listed if entry["Key"].endswith("/done.json"))


def test_a_chunk_that_outlasts_its_worker_is_halved_and_the_film_completed(
    brief_stack: WatchedStack, clips: Path
) -> None:
    brief_stack.upload("halved", clips / "large.mp4")
    job_id = brief_stack.ask("submit", session_id="halved", payload=LARGE)["job_id"]
    encoder, *_ = until(encoders)

    encoder.suspend()  # until its worker's time is over

    job = brief_stack.ended("halved", job_id)
    assert job["status"] == "completed", job
    assert failed_tries(brief_stack, job) == ["ChunkUnfinished"]
    assert calls(brief_stack, job_id) == {0: 2, 1: 1}
    assert finished(brief_stack, job) == ["/1/done.json", "/2/done.json", "/done.json"]
    assert job["result"]["duration"] == 8
