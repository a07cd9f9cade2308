"""Requests that no SDK would send: an error in AWS's form, never a 5xx or a traceback, and everything goes on."""

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from workbench.embedded.incoming import LARGEST_BODY, MEGABYTE
from workbench.embedded.running import Stack

TARGETS = {
    "dynamodb": ("DynamoDB_20120810", "ListTables", "PutItem"),
    "sqs": ("AmazonSQS", "ListQueues", "SendMessage"),
    "states": ("AWSStepFunctions", "ListStateMachines", "StartExecution"),
    "events": ("AWSEvents", "ListRules", "PutEvents"),
    "logs": ("Logs_20140328", "DescribeLogGroups", "PutLogEvents"),
}
WRONG = {"TableName": 5, "QueueUrl": 5, "stateMachineArn": [], "Entries": 7, "logGroupName": {}}
NESTED = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No traceback is logged, in whatever thread."""
    yield
    assert not [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


def signed(service: str) -> dict[str, str]:
    scope = f"any/20260101/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}


def ask(url: str, method: str, path: str, headers: dict[str, str], body: Any = b"") -> tuple[int, str, bytes]:
    """Status, the name of the error, and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", int(url.rpartition(":")[2]), timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    name = answer.getheader("x-amzn-errortype") or content.partition(b"<Code>")[2].partition(b"</Code>")[0].decode()
    return answer.status, name.rpartition("#")[2], content


@pytest.mark.like_aws(
    "All services", "A body that is no JSON, or no call, is refused in the form of the service's protocol"
)
@pytest.mark.parametrize("service", TARGETS)
@pytest.mark.parametrize(
    ("target", "body", "method", "expected"),
    [
        ("{prefix}.{harmless}", b"\xff\xfe{", "POST", (400, "SerializationException")),
        ("{prefix}.{harmless}", b"{", "POST", (400, "SerializationException")),
        ("{prefix}.{harmless}", b"[]", "POST", (400, "SerializationException")),
        ("{prefix}.{harmless}", b"7", "POST", (400, "SerializationException")),
        ("{prefix}.{harmless}", NESTED, "POST", (400, "SerializationException")),
        ("{prefix}.Nope", b"{}", "POST", (400, "UnknownOperationException")),
        ("Nope", b"{}", "POST", (400, "UnknownOperationException")),
        ("", b"{}", "POST", (400, "UnknownOperationException")),
        (None, b"{}", "POST", (400, "UnknownOperationException")),
        ("{prefix}.{needy}", b"{}", "POST", (400, "ValidationException")),
        ("{prefix}.{needy}", json.dumps(WRONG).encode(), "POST", (400, "ValidationException")),
        ("{prefix}.{harmless}", b"{}", "GET", (404, "UnknownOperationException")),
        ("{prefix}.{harmless}", b"{}", "BREW", (404, "UnknownOperationException")),
    ],
)
def test_json_services(
    stack: Stack, service: str, target: str | None, body: bytes, method: str, expected: tuple[int, str]
) -> None:
    prefix, harmless, needy = TARGETS[service]
    named = {} if target is None else {"X-Amz-Target": target.format(prefix=prefix, harmless=harmless, needy=needy)}

    status, name, content = ask(stack.aws_url, method, "/", {**signed(service), **named}, body)

    assert (status, name) == expected, content
    assert json.loads(content)["message"]


FUNCTIONS = "/2015-03-31/functions"
REST = [
    ("lambda", "GET", "/nope", b"", (404, "UnknownOperationException")),
    ("lambda", "GET", f"{FUNCTIONS}/echo/nope", b"", (404, "UnknownOperationException")),
    ("lambda", "BREW", FUNCTIONS, b"", (404, "UnknownOperationException")),
    ("lambda", "POST", FUNCTIONS, b"{garbage", (400, "InvalidRequestContentException")),
    ("lambda", "POST", FUNCTIONS, b"[1]", (400, "InvalidRequestContentException")),
    ("lambda", "POST", FUNCTIONS, b"{}", (400, "ValidationException")),
    ("lambda", "POST", f"{FUNCTIONS}/echo/invocations", b"{garbage", (400, "InvalidRequestContentException")),
    ("lambda", "POST", f"{FUNCTIONS}/nobody/invocations", b"{}", (404, "ResourceNotFoundException")),
    ("s3", "BREW", "/small-media", b"", (405, "MethodNotAllowed")),
    ("s3", "PATCH", "/small-media/x", b"", (405, "MethodNotAllowed")),
    ("s3", "PUT", "/small-media/x?uploadId=u&partNumber=1", b"x", (404, "NoSuchUpload")),
    ("s3", "PUT", "/small-media/x?uploadId=u&partNumber=z", b"x", (400, "InvalidArgument")),
    ("s3", "POST", "/small-media/x?uploadId=u", b"<garbage", (404, "NoSuchUpload")),
    ("s3", "POST", "/small-media?delete", b"<garbage", (400, "MalformedXML")),
    ("s3", "POST", "/small-media", b"garbage", (400, "MalformedPOSTRequest")),
    ("s3", "PUT", "/small-media?versioning", b"garbage", (400, "MalformedXML")),
    ("s3", "GET", "/small-media?list-type=2&max-keys=z", b"", (400, "InvalidArgument")),
    ("s3", "POST", "/moto-api/reset", b"", (404, "NoSuchBucket")),
    ("s3", "GET", "/favicon.ico", b"", (404, "NoSuchBucket")),
    ("s3", "GET", "/latest/meta-data/iam", b"", (404, "NoSuchBucket")),
    ("sns", "POST", "/", b"garbage", (400, "MissingAction")),
    ("sns", "POST", "/", b"Action=Nope", (400, "InvalidAction")),
    ("sts", "POST", "/", b"Action=Nope", (400, "InvalidAction")),
    ("cloudformation", "POST", "/", b"Action=CreateStack&StackName=x&TemplateBody=z", (400, "ValidationError")),
    ("nope", "POST", "/", b"{}", (404, "UnknownOperationException")),
]


@pytest.mark.like_aws("Lambda", "A path that is no operation is UnknownOperationException")
@pytest.mark.parametrize(("service", "method", "path", "body", "expected"), REST, ids=[" ".join(r[:3]) for r in REST])
def test_other_services(
    stack: Stack, service: str, method: str, path: str, body: bytes, expected: tuple[int, str]
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body.startswith((b"Action", b"garbage")) else {}

    status, name, content = ask(
        stack.aws_url, method, path, {**signed(service), **(form if service != "s3" else {})}, body
    )

    assert (status, name) == expected, content


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Authorization": "garbage"}, (400, "InvalidArgument")),
        ({"Authorization": "AWS4-HMAC-SHA256 Credential=a/b, x"}, (400, "IncompleteSignature")),
        ({"X-Amz-Target": "DynamoDB_20120810.ListTables"}, (403, "MissingAuthenticationToken")),
        ({"X-Amz-Target": "garbage"}, (403, "MissingAuthenticationToken")),
        ({**signed("dynamodb"), "X-Amz-Target": "D.L", "Content-Length": "x"}, (400, "InvalidRequest")),
        ({**signed("dynamodb"), "X-Amz-Target": "D.L", "Content-Length": "-1"}, (400, "InvalidRequest")),
        ({**signed("sqs"), "Content-Length": "9" * 5000}, (400, "InvalidRequest")),
        ({**signed("s3"), "Content-Length": "many"}, (400, "InvalidRequest")),
    ],
)
def test_headers_that_say_nothing(stack: Stack, headers: dict[str, str], expected: tuple[int, str]) -> None:
    assert ask(stack.aws_url, "POST", "/", headers, None)[:2] == expected


def test_a_header_of_64_kb_is_431_at_both_doors(stack: Stack) -> None:
    for url in (stack.aws_url, stack.http_url):
        assert ask(url, "GET", "/", {"X-Long": "x" * 70_000})[0] == 431


@pytest.mark.like_aws(
    "All services",
    "A body that is too large is 413",
    differs="each service has a limit of its own; here 16 MB, S3 without one",
)
def test_a_body_of_100_mb_is_413_and_not_kept(stack: Stack) -> None:
    before = psutil.Process().memory_info().rss
    headers = {**signed("sqs"), "X-Amz-Target": "AmazonSQS.SendMessage", "Content-Length": str(100 * MEGABYTE)}

    status, name, _ = ask(stack.aws_url, "POST", "/", headers, (bytes(MEGABYTE) for _ in range(100)))

    assert (status, name) == (413, "RequestEntityTooLarge")
    assert psutil.Process().memory_info().rss - before < 50 * MEGABYTE


def test_a_body_without_a_stated_length_has_the_same_limit(stack: Stack) -> None:
    headers = {**signed("sqs"), "X-Amz-Target": "AmazonSQS.SendMessage", "Transfer-Encoding": "chunked"}
    body = (b"%x\r\n%s\r\n" % (MEGABYTE, bytes(MEGABYTE)) for _ in range(LARGEST_BODY // MEGABYTE + 1))

    assert ask(stack.aws_url, "POST", "/", headers, (*body, b"0\r\n\r\n"))[0] == 413


def test_a_body_that_ends_early_is_refused(stack: Stack) -> None:
    with _opened(stack.aws_url) as connection:
        connection.sendall(_head(stack, "sqs", "Content-Length: 2000000") + b'{"QueueUrl"')
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400") and b"IncompleteBody" in answer


def test_slow_clients_hold_nobody_up(stack: Stack) -> None:
    """Some in the middle of their headers, some in the middle of a body, signed and unsigned."""
    kind = b"Content-Type: application/x-www-form-urlencoded"
    form = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + kind + b"\r\nContent-Length: 9\r\n\r\nA"
    starts = (b"POST / HT", b"POST / HTTP/1.1\r\nHost: 127", _head(stack, "sqs", "Content-Length: 9") + b"{", form)
    slow = [_opened(stack.aws_url) for _ in range(40)]
    for number, connection in enumerate(slow):
        connection.sendall(starts[number % len(starts)])

    assert stack.client("sqs").list_queues()["QueueUrls"]
    assert stack.client("s3").list_buckets()["Buckets"]
    for connection in slow:
        connection.close()


def test_the_http_api_answers_garbage(stack: Stack) -> None:
    assert ask(stack.http_url, "BREW", "/echo", {})[0] == 404
    assert ask(stack.http_url, "POST", "/echo", {"Content-Length": "x"}, None)[0] == 200
    assert ask(stack.http_url, "POST", "/echo", {"Content-Type": "application/json"}, b"\xff\xfe")[0] == 200
    assert ask(stack.http_url, "GET", "/things/%ff%00", {})[0] == 200


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/", "/moto-api/reset-auth"])
def test_moto_s_own_pages_are_not_there(stack: Stack, path: str) -> None:
    """One of them would empty everything."""
    assert ask(stack.aws_url, "POST", path, {})[:2] == (404, "NoSuchBucket")
    assert stack.client("dynamodb").list_tables()["TableNames"]


def test_after_all_that_the_stack_works(stack: Stack) -> None:
    assert stack.invoke("echo", {"n": 1})["event"] == {"n": 1}


def _opened(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=30)


def _head(stack: Stack, service: str, *lines: str) -> bytes:
    prefix, _, needy = TARGETS[service]
    own = [f"{name}: {value}" for name, value in signed(service).items()]
    return "\r\n".join(
        ["POST / HTTP/1.1", "Host: 127.0.0.1", f"X-Amz-Target: {prefix}.{needy}", *own, *lines, "", ""]
    ).encode()
