"""curl: requests that it signs itself, to the AWS endpoint, and plain ones to the HTTP API."""

import json
from collections.abc import Callable

import pytest

from tests.embedded.clients.conftest import BUCKET, Program
from tests.rules.tree import ROOT
from tests.shown import commands_shown

pytestmark = pytest.mark.program("curl")


@pytest.fixture
def curl(run: Program) -> Callable[..., str]:
    """What a request that is signed for the service answers."""

    def curl(service: str, *arguments: str) -> str:
        signed = ("--user", "any:any", "--aws-sigv4", f"aws:amz:us-east-1:{service}")
        return run("curl", "--silent", "--show-error", "--fail", *signed, *arguments).stdout

    return curl


def test_lambda_is_invoked(curl, up):
    answer = curl(
        "lambda", "-d", '{"operation": "stats"}', f"{up.aws}/2015-03-31/functions/job-queue-manager/invocations"
    )

    assert json.loads(answer)["data"]["max_concurrent"] == 3


def test_sqs_tells_a_queues_attributes_in_json(curl, up):
    wanted = {"QueueUrl": f"{up.aws}/123456789012/video-jobs-high", "AttributeNames": ["QueueArn"]}
    headers = ("-H", "Content-Type: application/x-amz-json-1.0", "-H", "X-Amz-Target: AmazonSQS.GetQueueAttributes")

    answer = curl("sqs", *headers, "-d", json.dumps(wanted), f"{up.aws}/")

    assert json.loads(answer) == {"Attributes": {"QueueArn": "arn:aws:sqs:us-east-1:123456789012:video-jobs-high"}}


def test_s3_keeps_what_was_put(curl, up, tmp_path):
    (tmp_path / "clip.bin").write_bytes(bytes(range(256)) * 8000)
    address = f"{up.aws}/{BUCKET}/sessions/curl/videos/a%20clip.bin"

    curl("s3", "--upload-file", "clip.bin", address)
    curl("s3", "--output", "back.bin", address)
    curl("s3", "--request", "PUT", "--data-binary", "a=b&c=d", f"{address}.txt")

    assert (tmp_path / "back.bin").read_bytes() == (tmp_path / "clip.bin").read_bytes()
    assert curl("s3", f"{address}.txt") == "a=b&c=d"


def test_readmes_curl_commands_upload_a_clip_and_submit_a_film(run, up):
    shown = up.at_its_ports(commands_shown("README.md", "--aws-sigv4"))

    out = run("bash", "-euc", shown.replace("curl ", "curl --silent --show-error --fail "), cwd=ROOT).stdout

    submitted, session = [json.loads(answer) for answer in out.replace("}{", "}\n{").splitlines()]
    (job,) = session["data"]["jobs"]
    assert (submitted["data"]["status"], job["job_id"]) == ("queued", submitted["data"]["job_id"])
    clip = up.client("s3").head_object(Bucket=BUCKET, Key="sessions/second/videos/bunny.mp4")
    assert clip["ContentLength"] == (ROOT / "samples/bunny.mp4").stat().st_size
