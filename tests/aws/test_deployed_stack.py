"""The sample job on a deployed stack: `ROUGHCUT_AWS_STACK=<stack> python3 run.py test tests/aws`, for some cents."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.aws.conftest import Deployed
from tests.embedded.waiting import until

SAMPLES = Path(__file__).parents[2] / "samples"
CLIPS = ("lecture.mp4", "bunny.mp4")
LOOK_SECONDS, PATIENCE_SECONDS = 3, 900


def ended(deployed: Deployed, job_id: str) -> dict[str, Any]:
    """The job, once it has ended."""

    def look() -> dict[str, Any] | None:
        job: dict[str, Any] = deployed.ask("status", job_id=job_id)
        return job if job["status"] in ("completed", "failed", "cancelled") else None

    job = until(look, PATIENCE_SECONDS, LOOK_SECONDS)
    assert job
    return job


@pytest.fixture(scope="module")
def job(deployed: Deployed) -> dict[str, Any]:
    """The sample clips with a drawn slide and an uploaded one, which needs the packed FFmpeg of the slides layer."""
    s3, prefix = boto3.client("s3"), f"sessions/{deployed.session_id}"
    for clip in CLIPS:
        s3.upload_file(str(SAMPLES / clip), deployed.outputs["MediaBucketName"], f"{prefix}/videos/{clip}")
    drawn = ended(deployed, submitted(deployed, "generate_slides", slides=["intro.png"]))
    source = {"Bucket": deployed.outputs["MediaBucketName"], "Key": drawn["result"]["slides"][0]["key"]}
    s3.copy_object(Bucket=source["Bucket"], Key=f"{prefix}/slides/own.png", CopySource=source)
    return ended(
        deployed,
        submitted(deployed, "full_pipeline", videos=list(CLIPS), slides=["intro.png", "own.png"], resolutions=["480p"]),
    )


def submitted(deployed: Deployed, job_type: str, **payload: Any) -> str:
    return str(deployed.ask("submit", job_type=job_type, payload=payload)["job_id"])


def test_the_sample_job_completes(job):
    assert job["status"] == "completed", job.get("error")
    assert job["progress"] == 100


def test_every_file_of_the_result_is_in_the_bucket(deployed, job):
    result = job["result"]
    named = [result[name]["key"] for name in ("hls", "thumbnail")] + [each["key"] for each in result["renditions"]]

    assert set(named) <= set(deployed.keys(f"sessions/{deployed.session_id}/jobs/{job['job_id']}/"))
    assert [each["resolution"] for each in result["renditions"]] == ["480p"]


def test_the_execution_ran_published_versions(job):
    states = boto3.client("stepfunctions")
    execution = states.describe_execution(executionArn=job["execution_arn"])
    machine = states.describe_state_machine_for_execution(executionArn=job["execution_arn"])["definition"]

    assert execution["status"] == "SUCCEEDED"
    assert "video-stitcher:" in machine.replace("\\", "")
