"""Forms that put an object into S3 (presigned POST), as `upload` gives them to browsers."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3

from tests.embedded.running.test_malformed import ask
from tests.embedded.signing import SIGNATURES, signer
from workbench.embedded.access.keys import OWNER
from workbench.embedded.running import Stack

BUCKET = "small-media"
FILE = b"a film \x00\xff\r\n--"
Fields = dict[str, Any]


def form(client: Any, key: str = "films/a b ü.mp4", seconds: int = 60) -> tuple[str, Fields]:
    """As `upload` makes one: for this key, type and size."""
    made = client.generate_presigned_post(
        BUCKET,
        key,
        Fields={"Content-Type": "video/mp4"},
        Conditions=[{"Content-Type": "video/mp4"}, ["content-length-range", len(FILE), len(FILE)]],
        ExpiresIn=seconds,
    )
    return made["url"], made["fields"]


def send(url: str, fields: Fields, file: bytes | None = FILE) -> tuple[int, str, Any]:
    """Status, the error's code (or the body), and the headers."""
    parts = {**fields} if file is None else {**fields, "file": ("own name.mp4", file, "text/plain")}
    answer = urllib3.request("POST", url, fields=parts, redirect=False)
    text = answer.data.decode()
    code, message = (text.partition(f"<{name}>")[2].partition(f"</{name}>")[0] for name in ("Code", "Message"))
    return answer.status, f"{code}: {message}" if code else text, answer.headers


@pytest.fixture(autouse=True)
def _empty(stack: Stack) -> Iterator[None]:
    """Nothing is left to the next."""
    yield
    for entry in stack.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", []):
        stack.client("s3").delete_object(Bucket=BUCKET, Key=entry["Key"])


def keys(stack: Stack) -> list[str]:
    return [entry["Key"] for entry in stack.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.mark.like_aws("S3", "A form (presigned POST) puts its file under its key, with its type")
@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_good_form_puts_its_object(stack: Stack, signature: str) -> None:
    url, fields = form(signer(stack, signature))

    first, again = send(url, fields), send(url, fields)

    stored = stack.client("s3").get_object(Bucket=BUCKET, Key="films/a b ü.mp4")
    assert (first[:2], again[0]) == ((204, ""), 204)
    assert (stored["Body"].read(), stored["ContentType"]) == (FILE, "video/mp4")
    assert first[2]["ETag"] == stored["ETag"]


@pytest.mark.like_aws("S3", "A form's ${filename} is its file's own name, and its fields are the object's headers")
def test_fields_are_the_objects_headers(stack: Stack) -> None:
    conditions: list[Any] = [["starts-with", "$x-amz-meta-who", "mr"], {"success_action_status": "201"}]
    more = {"x-amz-meta-who": "mr ü", "success_action_status": "201", "x-ignore-this": "1"}
    made = signer(stack).generate_presigned_post(BUCKET, "in/${filename}", more, conditions)

    status, text, _ = send(made["url"], made["fields"])

    stored = stack.client("s3").head_object(Bucket=BUCKET, Key="in/own name.mp4")
    assert (status, "<Key>in/own name.mp4</Key>" in text) == (201, True)
    assert stored["Metadata"]["who"].encode("latin-1").decode() == "mr ü"


@pytest.mark.like_aws("S3", "success_action_redirect sends the browser on, with bucket, key and etag")
def test_a_form_sends_its_browser_on(stack: Stack) -> None:
    goal = {"success_action_redirect": "http://127.0.0.1/done?a=1"}
    made = signer(stack).generate_presigned_post(BUCKET, "k", goal, [goal])

    status, _, headers = send(made["url"], made["fields"])

    assert status == 303
    assert headers["Location"].startswith("http://127.0.0.1/done?a=1&bucket=small-media&key=k&etag=")


def tampered(fields: Fields) -> Fields:
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"] = [entry for entry in policy["conditions"] if "content-length-range" not in entry]
    return {**fields, "policy": base64.b64encode(json.dumps(policy).encode()).decode()}


def without(name: str) -> Callable[[Fields], Fields]:
    return lambda fields: {given: value for given, value in fields.items() if given.lower() != name}


Change = Callable[[Fields], Fields]
FAILED = "AccessDenied: Invalid according to Policy: Policy Condition failed: "
WRONG: dict[str, tuple[Change, bytes | None, tuple[int, str]]] = {
    "another key": (
        lambda fields: {**fields, "key": "other"},
        FILE,
        (403, f'{FAILED}["eq", "$key", "films/a b ü.mp4"]'),
    ),
    "another type": (
        lambda fields: {**fields, "Content-Type": "text/html"},
        FILE,
        (
            403,
            'AccessDenied: Invalid according to Policy: Policy Condition failed: ["eq", "$Content-Type", "video/mp4"]',
        ),
    ),
    "no type": (without("content-type"), FILE, (403, FAILED)),
    "too long": (dict, FILE + b"!", (400, "EntityTooLarge: Your proposed upload exceeds the maximum allowed size")),
    "too short": (dict, FILE[1:], (400, "EntityTooSmall: Your proposed upload is smaller than the minimum")),
    "one field more": (
        lambda fields: {**fields, "x-amz-meta-x": "1"},
        FILE,
        (403, "AccessDenied: Invalid according to Policy: Extra input fields: x-amz-meta-x"),
    ),
    "another policy": (tampered, FILE, (403, "SignatureDoesNotMatch: The request signature we calculated")),
    "no policy": (without("policy"), FILE, (400, "InvalidArgument: Bucket POST must contain a field named 'policy'.")),
    "no key": (without("key"), FILE, (400, "InvalidArgument: Bucket POST must contain a field named 'key'.")),
    "no signature": (
        lambda fields: without("signature")(without("x-amz-signature")(fields)),
        FILE,
        (403, "AccessDenied: Access Denied"),
    ),
    "no file": (dict, None, (400, "InvalidArgument: POST requires exactly one file upload per request.")),
    "a policy that is none": (
        lambda fields: {**fields, "policy": "e30="},
        FILE,
        (400, "InvalidPolicyDocument: Invalid Policy: Policy missing expiration."),
    ),
    "a policy that is garbage": (
        lambda fields: {**fields, "policy": "ü"},
        FILE,
        (400, "InvalidPolicyDocument: Invalid Policy: Invalid JSON."),
    ),
    "fields without end": (
        lambda fields: {**fields, "x-ignore-me": "x" * 21_000},
        FILE,
        (400, "MaxPostPreDataLengthExceeded: Your POST request fields preceding the upload file were too large."),
    ),
}


@pytest.mark.like_aws(
    "S3",
    "A form is good for what its signed policy says: key, type, size, every field; else nothing is stored",
    differs="a form by a key that AWS does not know is refused; here its policy is taken unsigned",
)
@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("what", WRONG)
def test_a_form_that_is_not_as_it_was_signed_is_refused(stack: Stack, what: str, signature: str) -> None:
    change, file, (status, sentence) = WRONG[what]
    url, fields = form(signer(stack, signature))

    answer = send(url, change(fields), file)

    assert (answer[0], answer[1][: len(sentence)]) == (status, sentence)
    assert keys(stack) == []


@pytest.mark.like_aws("S3", "A form whose policy has expired is AccessDenied: Policy expired")
@pytest.mark.parametrize("key_id", [OWNER.id, "AKIASOMEBODYELSE"])
def test_an_expired_form_is_refused_whoever_signed_it(stack: Stack, key_id: str) -> None:
    url, fields = form(signer(stack, id=key_id, secret="theirs" if key_id != OWNER.id else OWNER.secret), seconds=-5)

    assert send(url, fields)[:2] == (403, "AccessDenied: Invalid according to Policy: Policy expired.")


def test_a_form_for_one_bucket_is_good_for_no_other(stack: Stack) -> None:
    url, fields = form(signer(stack))
    stack.client("s3").create_bucket(Bucket="other")
    try:
        status, sentence, _ = send(url.replace(BUCKET, "other"), fields)
    finally:
        stack.client("s3").delete_bucket(Bucket="other")

    assert (status, '["eq", "$bucket", "small-media"]' in sentence) == (403, True)


def test_a_form_of_a_role_puts_what_the_role_may(stack: Stack) -> None:
    own = stack.invoke("actor", {"do": "environment"})
    key = {"id": own["AWS_ACCESS_KEY_ID"], "secret": own["AWS_SECRET_ACCESS_KEY"], "token": own["AWS_SESSION_TOKEN"]}
    for signature in SIGNATURES:
        status, sentence, _ = send(*form(signer(stack, signature, **key)))

        assert (status, "is not authorized to perform: s3:PutObject" in sentence) == (403, True)


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\n\r\n", b"--x--\r\n", b"\x00" * 600_000, b"--x\r\nA: b\r\n\r\nc\r\n--x--"]
)
def test_a_form_that_is_none_is_refused(stack: Stack, body: bytes) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}

    status, name, content = ask(stack.aws_url, "POST", f"/{BUCKET}", kind, body)

    assert (status, name) in ((400, "MalformedPOSTRequest"), (400, "InvalidArgument")), content


def test_two_files_are_refused(stack: Stack) -> None:
    url, fields = form(signer(stack))
    body, kind = urllib3.encode_multipart_formdata(
        [*fields.items(), ("file", ("a", FILE, "text/plain")), ("file", ("b", FILE, "text/plain"))]
    )

    assert ask(stack.aws_url, "POST", f"/{BUCKET}", {"Content-Type": kind}, body)[:2] == (400, "InvalidArgument")
    assert (keys(stack), url) == ([], f"{stack.aws_url}/{BUCKET}")
