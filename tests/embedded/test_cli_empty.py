"""`roughcut empty` against the embedded endpoint, by the environment variables that AWS's SDKs read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.cli import exit_code
from workbench.embedded.clients import CREDENTIALS
from workbench.embedded.running import Stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(TEMPLATE) as running:
        yield running


@pytest.fixture
def bucket(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    """The media bucket with two versions of a clip, a deleted one, and an upload that was never completed."""
    own = {"AWS_ENDPOINT_URL": stack.aws_url, "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**own, **{key.upper(): value for key, value in CREDENTIALS.items()}}.items():
        monkeypatch.setenv(name, value)
    s3, name = stack.client("s3"), stack.outputs["MediaBucketName"]
    s3.put_object(Bucket=name, Key="before", Body=b"older than versioning")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second"):
        s3.put_object(Bucket=name, Key="clip", Body=body)
    s3.put_object(Bucket=name, Key="gone", Body=b"x")
    s3.delete_object(Bucket=name, Key="gone")
    s3.create_multipart_upload(Bucket=name, Key="unfinished")
    return name


def left(stack: Stack, bucket: str) -> list[Any]:
    versions = stack.client("s3").list_object_versions(Bucket=bucket)
    uploads = stack.client("s3").list_multipart_uploads(Bucket=bucket)
    return [*versions.get("Versions", []), *versions.get("DeleteMarkers", []), *uploads.get("Uploads", [])]


def test_everything_is_deleted_so_that_the_bucket_can_be(
    stack: Stack, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(left(stack, bucket)) == 6

    assert exit_code(["empty", "roughcut", "--yes", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said == {"bucket": bucket, "objects": 5, "size_bytes": 33, "uploads": 1}
    assert left(stack, bucket) == []


def test_nothing_is_deleted_without_a_yes(
    stack: Stack, bucket: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: "n")

    assert exit_code(["empty", "roughcut"]) == 130

    assert len(left(stack, bucket)) == 6


@pytest.mark.usefixtures("bucket")
def test_a_stack_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["empty", "nothing"]) == 1

    assert "roughcut: The stack 'nothing' cannot be read:" in capsys.readouterr().err
