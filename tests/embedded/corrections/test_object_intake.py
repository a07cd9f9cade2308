import base64
import hashlib
import http.client
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import urllib3

from tests.embedded.corrections.test_object_memory import peak_of
from workbench.embedded.running import Stack

MEGABYTE = 1024 * 1024
BUCKET = "small-media"
LARGE = 100
PIECE = bytes(range(256)) * 4096
SIGNED = "AWS4-HMAC-SHA256 Credential=any/20261124/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=any"
CRC = base64.b64encode(zlib.crc32(b"one two").to_bytes(4, "big")).decode()


def ask(stack: Stack, method: str, path: str, headers: dict[str, str], body: Any) -> tuple[int, str]:
    """Status, and the code of the error."""
    connection = http.client.HTTPConnection("127.0.0.1", int(stack.aws_url.rpartition(":")[2]), timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    code = answer.read().decode().partition("<Code>")[2].partition("</Code>")[0]
    connection.close()
    return answer.status, code


def put(stack: Stack, body: bytes, key: str = "put", **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(stack, "PUT", f"/{BUCKET}/{key}", {"Authorization": SIGNED, **named}, body)


def stored(stack: Stack, key: str) -> tuple[int, str]:
    """Length and MD5 of an object, read piece by piece; it is deleted."""
    s3, size, total = stack.client("s3"), 0, hashlib.md5(usedforsecurity=False)
    head = s3.head_object(Bucket=BUCKET, Key=key)
    for start in range(0, head["ContentLength"], 8 * MEGABYTE):
        piece = s3.get_object(Bucket=BUCKET, Key=key, Range=f"bytes={start}-{start + 8 * MEGABYTE - 1}")["Body"].read()
        total.update(piece)
        size += len(piece)
    s3.delete_object(Bucket=BUCKET, Key=key)
    assert head["ETag"] == f'"{total.hexdigest()}"'
    return size, total.hexdigest()


def large() -> tuple[int, str]:
    total = hashlib.md5(usedforsecurity=False)
    for _ in range(LARGE):
        total.update(PIECE)
    return LARGE * MEGABYTE, total.hexdigest()


def pieces(before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
    yield before
    for _ in range(LARGE):
        yield PIECE
    yield after


def test_an_object_of_100_mb_is_put_in_less_than_30_mb(stack: Stack) -> None:
    headers = {"Authorization": SIGNED, "Content-Length": str(LARGE * MEGABYTE)}

    def send() -> None:
        assert ask(stack, "PUT", f"/{BUCKET}/put", headers, pieces())[0] == 200

    assert peak_of(send) < 30 * MEGABYTE
    assert stored(stack, "put") == large()


def test_a_form_of_100_mb_is_taken_in_less_than_30_mb(stack: Stack) -> None:
    made = stack.client("s3").generate_presigned_post(BUCKET, "posted")
    whole, kind = urllib3.encode_multipart_formdata({**made["fields"], "file": ("film", b"|", "text/plain")})
    before, _, after = whole.rpartition(b"|")
    length = len(before) + LARGE * MEGABYTE + len(after)

    def send() -> None:
        headers = {"Content-Type": kind, "Content-Length": str(length)}
        assert ask(stack, "POST", f"/{BUCKET}", headers, pieces(before, after))[0] == 204

    assert peak_of(send) < 30 * MEGABYTE
    assert stored(stack, "posted") == large()


def chunked(parts: Iterable[bytes], signature: bytes = b"", trailer: bytes = b"") -> bytes:
    lines = [b"%x%b\r\n%b\r\n" % (len(part), signature, part) for part in parts]
    return b"".join([*lines, b"0", signature, b"\r\n", trailer, b"\r\n"])


UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
TRAILED = {"x_amz_content_sha256": UNSIGNED, "x_amz_trailer": "x-amz-checksum-crc32"}
LENGTH_8 = {"x_amz_content_sha256": UNSIGNED, "x_amz_decoded_content_length": "8"}
RIGHT_SUM, WRONG_SUM = (f"x-amz-checksum-crc32:{value}\r\n".encode() for value in (CRC, "AAAAAA=="))
OF_CHUNKS = b";chunk-signature=" + b"0" * 64


@pytest.mark.like_aws(
    "S3", "A body in chunks (aws-chunked) is stored without them", differs="the chunks' signatures are checked"
)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (UNSIGNED, chunked([b"one ", b"two"], trailer=RIGHT_SUM)),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", chunked([b"one ", b"two"], OF_CHUNKS)),
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            chunked([b"one two"], OF_CHUNKS, RIGHT_SUM),
        ),
    ],
)
def test_a_body_in_chunks_is_stored_without_them(stack: Stack, kind: str, body: bytes) -> None:
    answer = put(
        stack,
        body,
        x_amz_content_sha256=kind,
        Content_Encoding="aws-chunked",
        x_amz_decoded_content_length="7",
        x_amz_trailer="x-amz-checksum-crc32",
        x_amz_sdk_checksum_algorithm="CRC32",
    )

    found = stack.client("s3").get_object(Bucket=BUCKET, Key="put", ChecksumMode="ENABLED")
    assert (answer[0], found["Body"].read(), found["ChecksumCRC32"]) == (200, b"one two", CRC)
    assert "ContentEncoding" not in found


@pytest.mark.like_aws("S3", "A body that is not as Content-MD5, x-amz-checksum or x-amz-content-sha256 say is refused")
@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"one two", {"Content_MD5": base64.b64encode(bytes(16)).decode()}, "BadDigest"),
        (b"one two", {"Content_MD5": "ü"}, "InvalidDigest"),
        (b"one two", {"Content_MD5": "AAAA"}, "InvalidDigest"),
        (b"one twx", {"x_amz_checksum_crc32": CRC}, "BadDigest"),
        (b"one two", {"x_amz_checksum_sha1": CRC}, "BadDigest"),
        (b"one two", {"x_amz_checksum_sha256": "!"}, "InvalidRequest"),
        (b"one two", {"x_amz_content_sha256": "0" * 64}, "XAmzContentSHA256Mismatch"),
        (
            chunked([b"one two"], trailer=WRONG_SUM),
            {"x_amz_content_sha256": UNSIGNED, "x_amz_trailer": "x-amz-checksum-crc32"},
            "BadDigest",
        ),
        (
            chunked([b"one two"]),
            {"x_amz_content_sha256": UNSIGNED, "x_amz_decoded_content_length": "8"},
            "IncompleteBody",
        ),
        (chunked([b"one two"])[:5], {"x_amz_content_sha256": UNSIGNED}, "IncompleteBody"),
        (b"one two", {"x_amz_content_sha256": UNSIGNED}, "InvalidRequest"),
        (b"3\r\none two", {"x_amz_content_sha256": UNSIGNED}, "InvalidRequest"),
        (b"7" * 9000, {"x_amz_content_sha256": UNSIGNED}, "InvalidRequest"),
    ],
)
def test_a_body_that_is_not_as_stated_is_refused(stack: Stack, body: bytes, headers: dict[str, str], code: str) -> None:
    assert put(stack, body, "wrong", **headers) == (400, code)
    assert "Contents" not in stack.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="wrong")


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_what_the_sdk_sends_with_a_checksum_is_stored(stack: Stack, algorithm: str) -> None:
    s3 = stack.client("s3")
    for size in (0, 7, 70_000):
        s3.put_object(Bucket=BUCKET, Key="put", Body=PIECE[:size], ChecksumAlgorithm=algorithm)
        assert s3.get_object(Bucket=BUCKET, Key="put", ChecksumMode="ENABLED")["Body"].read() == PIECE[:size]


def test_a_body_without_a_stated_length_is_read_to_its_end(stack: Stack) -> None:
    headers = {"Authorization": SIGNED, "Transfer-Encoding": "chunked"}
    assert ask(stack, "PUT", f"/{BUCKET}/put", headers, b"5\r\nwhole\r\n0\r\n\r\n")[0] == 200
    assert stack.client("s3").get_object(Bucket=BUCKET, Key="put")["Body"].read() == b"whole"
