"""Presigned links of S3, signed by SigV4 and by boto3's default for links, SigV2."""

import http.client
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.embedded.signing import SIGNATURES, signer
from workbench.embedded.access.keys import OWNER
from workbench.embedded.running import Stack

OLD = {"s3v4": ("X-Amz-Date=[^&]+", "X-Amz-Date=20200101T000000Z"), "s3": ("Expires=[0-9]+", "Expires=1577836800")}


def link(client: Any, key: str = "note", **more: str) -> str:
    url: str = client.generate_presigned_url("get_object", {"Bucket": "small-media", "Key": key, **more})
    return url


def ask(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status, and the body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, content


@pytest.fixture(autouse=True)
def _note(stack: Stack) -> None:
    stack.client("s3").put_object(Bucket="small-media", Key="note", Body=b"hello")
    stack.client("s3").put_object(Bucket="small-media", Key="a b/ü+.txt", Body=b"odd")


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_good_link_opens(stack: Stack, signature: str) -> None:
    client = signer(stack, signature)
    named = link(client, ResponseContentDisposition='attachment; filename="a b.txt"')

    assert ask("GET", link(client)) == (200, "hello")
    assert ask("GET", named) == (200, "hello")
    assert ask("GET", link(client, "a b/ü+.txt")) == (200, "odd")


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_good_link_takes_an_object(stack: Stack, signature: str) -> None:
    wanted = {"Bucket": "small-media", "Key": "put", "ContentType": "text/plain"}
    url = signer(stack, signature).generate_presigned_url("put_object", wanted)

    assert ask("PUT", url, b"new", {"Content-Type": "text/plain"})[0] == 200
    assert "SignatureDoesNotMatch" in ask("PUT", url, b"new", {"Content-Type": "text/html"})[1]
    assert stack.client("s3").get_object(Bucket="small-media", Key="put")["Body"].read() == b"new"


@pytest.mark.like_aws("S3", "A presigned link that has expired is AccessDenied: Request has expired")
@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("key_id", [OWNER.id, "AKIASOMEBODYELSE"])
def test_an_expired_link_is_refused_whoever_signed_it(stack: Stack, signature: str, key_id: str) -> None:
    status, content = ask("GET", re.sub(*OLD[signature], link(signer(stack, signature, id=key_id, secret="theirs"))))

    assert status == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in content


@pytest.mark.like_aws(
    "S3",
    "A presigned link that was changed, or is for another object or method, is SignatureDoesNotMatch",
    differs="a key that AWS does not know is refused; here its links are good until they expire",
)
@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_link_of_a_known_key_is_good_for_what_was_signed(stack: Stack, signature: str) -> None:
    url = link(signer(stack, signature))
    forged = link(signer(stack, signature, secret="guessed"))
    stranger = link(signer(stack, signature, id="AKIASOMEBODYELSE", secret="theirs"))

    for method, wrong in (("GET", url.replace("/note?", "/other?")), ("PUT", url), ("DELETE", url), ("GET", forged)):
        status, content = ask(method, wrong)
        assert (status, "<Code>SignatureDoesNotMatch</Code>" in content) == (403, True), (method, wrong)
    assert ask("GET", stranger) == (200, "hello")


def test_a_link_of_a_role_opens_what_the_role_may(stack: Stack) -> None:
    own = stack.invoke("actor", {"do": "environment"})
    key = {"id": own["AWS_ACCESS_KEY_ID"], "secret": own["AWS_SECRET_ACCESS_KEY"], "token": own["AWS_SESSION_TOKEN"]}
    for signature in SIGNATURES:
        status, content = ask("GET", link(signer(stack, signature, **key)))

        assert (status, "<Code>AccessDenied</Code>" in content) == (403, True)
        assert "is not authorized to perform: s3:GetObject" in content


@pytest.mark.parametrize(
    ("signature", "pattern", "instead", "code"),
    [
        ("s3", "Expires=[0-9]+", "Expires=soon", "AccessDenied"),
        ("s3", "Expires=[0-9]+", "Expires=" + "9" * 5000, "AccessDenied"),
        ("s3", "Signature=[^&]+", "Signature=%C3%BC", "SignatureDoesNotMatch"),
        ("s3v4", "X-Amz-Signature=[^&]+", "X-Amz-Signature=%C3%BC", "SignatureDoesNotMatch"),
    ],
)
def test_nonsense_in_a_link_is_refused(stack: Stack, signature: str, pattern: str, instead: str, code: str) -> None:
    status, content = ask("GET", re.sub(pattern, instead, link(signer(stack, signature))))

    assert (status, f"<Code>{code}</Code>" in content) == (403, True)


@pytest.mark.like_aws("S3", "A presigned link that lacks a parameter is AuthorizationQueryParametersError")
@pytest.mark.parametrize(
    ("pattern", "instead", "sentence"),
    [
        ("X-Amz-Expires=[0-9]+&", "", "requires the X-Amz-Algorithm"),
        ("X-Amz-Expires=[0-9]+", "X-Amz-Expires=soon", "should be a number"),
        ("X-Amz-Expires=[0-9]+", "X-Amz-Expires=-1", "must be non-negative"),
        ("X-Amz-Expires=[0-9]+", "X-Amz-Expires=604801", "must be less than"),
        ("X-Amz-Date=[^&]+", "X-Amz-Date=today", "ISO8601"),
        ("X-Amz-Credential=[^&]+", "X-Amz-Credential=test", "requires the X-Amz-Algorithm"),
    ],
)
def test_a_link_that_is_not_whole_is_refused(stack: Stack, pattern: str, instead: str, sentence: str) -> None:
    status, content = ask("GET", re.sub(pattern, instead, link(signer(stack, "s3v4"))))

    assert status == 400
    assert "<Code>AuthorizationQueryParametersError</Code>" in content and sentence in content
