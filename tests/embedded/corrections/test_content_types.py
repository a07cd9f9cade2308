import json
from urllib.request import Request, urlopen

import pytest

from workbench.embedded.running import Stack

FORM = "application/x-www-form-urlencoded"


def call(stack: Stack, service: str, method: str, path: str, body: bytes | None = None) -> bytes:
    """A request as curl sends it: a body without a type of its own is said to be a form."""
    scope = f"AWS4-HMAC-SHA256 Credential=any/20261124/us-east-1/{service}/aws4_request"
    headers = {"Authorization": f"{scope}, SignedHeaders=host, Signature=any"}
    if body is not None:
        headers["Content-Type"] = FORM
    with urlopen(Request(f"{stack.aws_url}{path}", body, headers, method=method)) as answer:
        return bytes(answer.read())


@pytest.mark.like_aws("S3", "An object is stored as it came, whatever its Content-Type says")
@pytest.mark.parametrize("body", [b'{"a=b&c": 1}', b"a=1&key=2", bytes(range(256))])
def test_an_object_is_stored_as_it_came_whatever_its_type(stack: Stack, body: bytes) -> None:
    call(stack, "s3", "PUT", "/small-media/typed.bin", body)

    stored = stack.client("s3").get_object(Bucket="small-media", Key="typed.bin")
    assert (stored["Body"].read(), stored["ContentType"]) == (body, FORM)


@pytest.mark.like_aws("Lambda", "The payload of Invoke is read whatever its Content-Type says")
def test_a_function_gets_the_payload_that_curl_calls_a_form(stack: Stack) -> None:
    answer = call(stack, "lambda", "POST", "/2015-03-31/functions/echo/invocations", b'{"n": "a=b&c"}')

    assert json.loads(answer)["event"] == {"n": "a=b&c"}


@pytest.mark.like_aws("SQS", "A query in the address (GET ?Action=) is answered in XML")
def test_a_query_without_a_body_is_answered_in_xml(stack: Stack) -> None:
    query = "Action=GetQueueAttributes&AttributeName.1=QueueArn&Version=2012-11-05"
    answer = call(stack, "sqs", "GET", f"/123456789012/plain?{query}")

    assert b"<Value>arn:aws:sqs:us-east-1:123456789012:plain</Value>" in answer


def test_a_query_in_a_form_is_still_read(stack: Stack) -> None:
    answer = call(stack, "sqs", "POST", "/", b"Action=GetQueueUrl&QueueName=plain&Version=2012-11-05")

    assert b"/123456789012/plain</QueueUrl>" in answer
