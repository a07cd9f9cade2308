"""Empties a bucket: every version of every object, every delete marker, every upload that was never completed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from workbench.problem import Problem

_AT_ONCE = 1000  # what DeleteObjects takes


@dataclass(frozen=True, slots=True)
class Contents:
    """How much a bucket holds. `objects` counts versions and delete markers."""

    objects: int
    size_bytes: int
    uploads: int


def bucket_of(cloudformation: Any, stack: str) -> str:
    """The media bucket that a deployed stack names. Raises `Problem`."""
    return outputs_of(cloudformation, stack)[1]["MediaBucketName"]


def outputs_of(cloudformation: Any, stack: str) -> tuple[str, dict[str, str]]:
    """The state and the outputs of a deployed stack of Roughcut. Raises `Problem` for one that is none."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except (BotoCoreError, ClientError) as problem:
        raise Problem(f"The stack {stack!r} cannot be read: {problem}") from problem
    outputs = {output["OutputKey"]: str(output["OutputValue"]) for output in found.get("Outputs", [])}
    if "MediaBucketName" not in outputs:
        raise Problem(f"The stack {stack!r} has no output MediaBucketName; it must be a stack of Roughcut.")
    return found["StackStatus"], outputs


def contents(s3: Any, bucket: str) -> Contents:
    """What `empty` would delete."""
    sizes = [entry.get("Size", 0) for page in _versions(s3, bucket) for entry in page]
    return Contents(len(sizes), sum(sizes), len(list(_uploads(s3, bucket))))


def empty(s3: Any, bucket: str) -> None:
    """Raises `Problem` for objects that S3 does not delete."""
    for page in _versions(s3, bucket):
        doomed = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in page]
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
        for refused in answer.get("Errors", []):
            raise Problem(f"{refused['Key']} cannot be deleted: {refused['Message']}")
    for upload in _uploads(s3, bucket):
        s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def _versions(s3: Any, bucket: str) -> Iterator[list[dict[str, Any]]]:
    """Pages that are not empty; an object without versions is the version "null"."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": _AT_ONCE})
    for page in pages:
        entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if entries:
            yield entries


def _uploads(s3: Any, bucket: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        yield from page.get("Uploads", [])
