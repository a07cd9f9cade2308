import gc
import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError
from moto.s3.models import FakeKey

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections import host
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION

MEGABYTE = 1024 * 1024
BUCKET = "small-media"
CONTENT = b"".join(bytes([number]) * MEGABYTE for number in range(40))


@pytest.fixture
def s3(stack: Stack) -> Any:
    return stack.client("s3")


@pytest.fixture
def film(s3: Any, tmp_path: Path) -> str:
    """A key of 40 MB, uploaded in parts as the SDK does it."""
    path = tmp_path / "film"
    path.write_bytes(CONTENT)
    s3.upload_file(str(path), BUCKET, "film")
    return "film"


def peak_of(work: Callable[[], Any]) -> int:
    """The largest amount of Python memory in bytes that `work` held at a time, in all threads."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.like_aws("S3", "A multipart upload is the whole object, parts of 5 MiB and more")
def test_an_object_in_parts_is_the_whole_object(s3: Any, film: str) -> None:
    body = s3.get_object(Bucket=BUCKET, Key=film)["Body"].read()

    assert hashlib.sha256(body).digest() == hashlib.sha256(CONTENT).digest()
    assert s3.head_object(Bucket=BUCKET, Key=film)["ETag"].endswith('-5"')


def test_a_range_is_read_without_the_rest(s3: Any, film: str) -> None:
    def read() -> None:
        answer = s3.get_object(Bucket=BUCKET, Key=film, Range=f"bytes={MEGABYTE}-{MEGABYTE + 9}")
        assert answer["Body"].read() == b"\x01" * 10
        assert answer["ContentRange"] == f"bytes {MEGABYTE}-{MEGABYTE + 9}/{len(CONTENT)}"

    assert peak_of(read) < len(CONTENT) / 2


def test_parts_are_joined_outside_of_memory(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="joined")["UploadId"]
    sent = [
        s3.upload_part(Bucket=BUCKET, Key="joined", UploadId=upload, PartNumber=n + 1, Body=CONTENT[: 8 * MEGABYTE])
        for n in range(5)
    ]
    parts = [{"PartNumber": n + 1, "ETag": part["ETag"]} for n, part in enumerate(sent)]

    def join() -> None:
        s3.complete_multipart_upload(Bucket=BUCKET, Key="joined", UploadId=upload, MultipartUpload={"Parts": parts})

    assert peak_of(join) < len(CONTENT) / 2
    assert s3.head_object(Bucket=BUCKET, Key="joined")["ContentLength"] == len(CONTENT)


@pytest.mark.like_aws("S3", "A Range reads the bytes that it names")
@pytest.mark.parametrize(
    ("asked", "content"),
    [("bytes=0-0", b"a"), ("bytes=2-", b"cdef"), ("bytes=-2", b"ef"), ("bytes=4-99", b"ef"), ("bytes=0-", b"abcdef")],
)
def test_every_form_of_range_is_understood(s3: Any, asked: str, content: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="letters", Body=b"abcdef")

    assert s3.get_object(Bucket=BUCKET, Key="letters", Range=asked)["Body"].read() == content


@pytest.mark.like_aws("S3", "A Range beyond the end is refused with 416")
def test_a_range_beyond_the_end_is_refused(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="letters", Body=b"abcdef")

    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(Bucket=BUCKET, Key="letters", Range="bytes=6-7")


@pytest.mark.like_aws("S3", "CompleteMultipartUpload refuses a part that was not sent")
@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([{"PartNumber": 1, "ETag": "0" * 32}], "InvalidPart"),
        ([{"PartNumber": 2, "ETag": "0" * 32}], "InvalidPart"),
    ],
)
def test_a_part_that_was_not_sent_is_refused(s3: Any, parts: list[dict[str, Any]], code: str) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="wrong")["UploadId"]
    s3.upload_part(Bucket=BUCKET, Key="wrong", UploadId=upload, PartNumber=1, Body=b"some")

    with pytest.raises(ClientError, match=code):
        s3.complete_multipart_upload(Bucket=BUCKET, Key="wrong", UploadId=upload, MultipartUpload={"Parts": parts})


@pytest.mark.saves
@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-"}], ids=["whole", "from the start on"])
def test_a_large_object_is_sent_piece_by_piece(s3: Any, film: str, asked: dict[str, str]) -> None:
    digest = hashlib.sha256()

    def read() -> None:
        body = s3.get_object(Bucket=BUCKET, Key=film, **asked)["Body"]
        for piece in iter(lambda: body.read(MEGABYTE), b""):
            digest.update(piece)

    assert peak_of(read) < len(CONTENT) / 4
    assert digest.digest() == hashlib.sha256(CONTENT).digest()


def test_who_reads_gets_all_of_the_object_that_was_there(s3: Any, film: str) -> None:
    body = s3.get_object(Bucket=BUCKET, Key=film)["Body"]
    first = body.read(MEGABYTE)

    s3.put_object(Bucket=BUCKET, Key=film, Body=b"another")

    assert hashlib.sha256(first + body.read()).digest() == hashlib.sha256(CONTENT).digest()
    assert s3.get_object(Bucket=BUCKET, Key=film)["Body"].read() == b"another"


@pytest.mark.saves
def test_objects_lie_in_files_that_are_closed_and_go_with_them(stack: Stack, s3: Any) -> None:
    def held() -> tuple[int, int]:
        files = [path for path in (stack.bodies.folder if stack.bodies else Path()).glob("*/*") if path.is_file()]
        return len(files), len([each for each in psutil.Process().open_files() if "objects" in each.path])

    before = held()
    for number in range(10):
        s3.put_object(Bucket=BUCKET, Key=f"held-{number}", Body=CONTENT[: 6 * MEGABYTE] if number < 2 else b"small")
    after = held()
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": f"held-{number}"} for number in range(10)]})
    gc.collect()

    assert (after[0] - before[0], after[1]) == (10, 0)
    assert held() == before


def test_without_a_stack_moto_keeps_objects_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Any:
        raise LookupError

    monkeypatch.setattr(host, "current", nobody)

    assert FakeKey("alone", b"some", ACCOUNT, REGION).value == b"some"
