"""SigV4: what a request says of its signature, and what the signature should be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import functools
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
_FIELD = re.compile(r"(Credential|SignedHeaders|Signature)=([^\s,]+)")
_UNRESERVED = "-_.~"
_OF_QUERIES = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
)


@dataclass(frozen=True, slots=True)
class Signed:
    """`moment` is the date as it was signed, 20261124T200000Z. `token`: of the session, None without one."""

    key_id: str
    scope: str
    service: str
    headers: tuple[str, ...]
    signature: str
    moment: str
    token: str | None
    by_query: bool


def signed_header(environ: dict[str, Any]) -> Signed | None:
    """What the Authorization header says; None without one of SigV4 that is whole."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if not authorization.startswith(ALGORITHM):
        return None
    fields = dict(_FIELD.findall(authorization))
    moment, token = environ.get("HTTP_X_AMZ_DATE", ""), environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
    return _signed(fields, moment, token, by_query=False)


def query_of(environ: dict[str, Any]) -> dict[str, str]:
    """The parameters of the query, the last of each name."""
    return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))


def signed_query(query: dict[str, str]) -> Signed | None:
    """What a presigned link says; None where something is missing."""
    if not all(query.get(name) for name in _OF_QUERIES):
        return None
    fields = {name.removeprefix("X-Amz-"): value for name, value in query.items()}
    return _signed(fields, query["X-Amz-Date"], query.get("X-Amz-Security-Token"), by_query=True)


def _signed(fields: dict[str, str], moment: str, token: str | None, *, by_query: bool) -> Signed | None:
    key_id, _, scope = fields.get("Credential", "").partition("/")
    parts = scope.split("/")
    if len(parts) != 4 or not key_id or not all(parts) or not fields.get("Signature"):
        return None
    headers = tuple(fields.get("SignedHeaders", "").split(";"))
    return Signed(key_id, scope, parts[2].lower(), headers, fields["Signature"], moment, token, by_query)


def is_right(signed: Signed, secret: str, environ: dict[str, Any], body: bytes | None) -> bool:
    """Whether the signature is that of the secret. `body` None: S3's, whose digest the request states."""
    request = canonical_request(signed, environ, body)
    text = "\n".join((ALGORITHM, signed.moment, signed.scope, hashlib.sha256(request.encode()).hexdigest()))
    return hmac.compare_digest(signature_of(text, secret, signed.scope).encode(), signed.signature.encode())


def signature_of(text: str, secret: str, scope: str) -> str:
    """The signature of a string to sign, or of a form's policy. `scope`: day/region/service/aws4_request."""
    return hmac.new(_signing_key(secret, scope), text.encode(), hashlib.sha256).hexdigest()


@functools.lru_cache(maxsize=256)
def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def canonical_request(signed: Signed, environ: dict[str, Any], body: bytes | None) -> str:
    """The request as both sides sign it."""
    path = (environ.get("RAW_URI") or "/").partition("?")[0]
    # S3 alone signs the path encoded once.
    encoded = (
        quote(unquote(path), safe=f"/{_UNRESERVED}") if signed.service == "s3" else quote(path, safe=f"/{_UNRESERVED}")
    )
    pairs = (pair.partition("=") for pair in environ.get("QUERY_STRING", "").split("&") if pair)
    query = sorted(
        (quote(unquote(name), safe=_UNRESERVED), quote(unquote(value), safe=_UNRESERVED))
        for name, _, value in pairs
        if name != "X-Amz-Signature"
    )
    headers = "".join(f"{name}:{_header(environ, name)}\n" for name in signed.headers)
    parts = (
        environ["REQUEST_METHOD"],
        encoded,
        "&".join(f"{name}={value}" for name, value in query),
        headers,
        ";".join(signed.headers),
        _digest(signed, environ, body),
    )
    return "\n".join(parts)


def _header(environ: dict[str, Any], name: str) -> str:
    variable = name.upper().replace("-", "_")
    value = environ.get(variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}", "")
    return " ".join(str(value).split())


def _digest(signed: Signed, environ: dict[str, Any], body: bytes | None) -> str:
    stated: str | None = environ.get("HTTP_X_AMZ_CONTENT_SHA256")
    if stated is not None:
        return stated
    return "UNSIGNED-PAYLOAD" if signed.by_query or body is None else hashlib.sha256(body).hexdigest()
