"""Presigned links of S3: whether they are whole, still good, and signed with a secret that we know."""

import base64
import calendar
import hmac
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import HmacV1Auth
from botocore.credentials import Credentials

from workbench.embedded.access.keys import Key, Keyring
from workbench.embedded.access.signing import is_right, query_of, signed_query
from workbench.embedded.refusals import Refused

WRONG = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method."
)
LONGEST_SECONDS = 7 * 24 * 3600
# Python reads no number of more than 4,300.
_MOST_DIGITS = 18
_MOMENT = "%Y%m%dT%H%M%SZ"
_PARAMETERS = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
_PARAMETERS += "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."


def check_link(environ: dict[str, Any], keys: Keyring, clock: Callable[[], float]) -> Key | None:
    """The key of a link, None without a link or for a key whose secret nobody here knows. Raises `Refused`.

    `clock` gives seconds since 1970.
    """
    query = query_of(environ)
    if any(name in query for name in ("X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential")):
        return _check_current(query, environ, keys, clock())
    if "Signature" in query and "AWSAccessKeyId" in query:
        return _check_old(query, environ, keys, clock())
    return None


def _check_current(query: dict[str, str], environ: dict[str, Any], keys: Keyring, now: float) -> Key | None:
    signed = signed_query(query)
    if signed is None:
        raise Refused("AuthorizationQueryParametersError", _PARAMETERS)
    begin, seconds = _moment(signed.moment), _seconds(query["X-Amz-Expires"])
    if now > begin + seconds:
        raise _expired(begin + seconds, now, query["X-Amz-Expires"])
    key = keys.find(signed.key_id)
    if key and not (signed.token == key.token and is_right(signed, key.secret, environ, None)):
        raise Refused("SignatureDoesNotMatch", WRONG, 403)
    return key


def _moment(text: str) -> int:
    try:
        return calendar.timegm(time.strptime(text, _MOMENT))
    except ValueError as problem:
        message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise Refused("AuthorizationQueryParametersError", message) from problem


def _seconds(text: str) -> int:
    if not _is_number(text.removeprefix("-")):
        raise Refused("AuthorizationQueryParametersError", "X-Amz-Expires should be a number")
    if int(text) < 0:
        raise Refused("AuthorizationQueryParametersError", "X-Amz-Expires must be non-negative")
    if int(text) > LONGEST_SECONDS:
        message = (
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than"
        )
        raise Refused("AuthorizationQueryParametersError", f"{message} 604800 seconds")
    return int(text)


def _check_old(query: dict[str, str], environ: dict[str, Any], keys: Keyring, now: float) -> Key | None:
    """SigV2, which boto3 still signs links with unless it is told otherwise."""
    expires = query.get("Expires", "")
    if not _is_number(expires):
        raise Refused("AccessDenied", "Invalid date (should be seconds since epoch): " + expires, 403)
    if now > int(expires):
        raise _expired(int(expires), now)
    key = keys.find(query["AWSAccessKeyId"])
    token = query.get("x-amz-security-token")
    if key and not (
        token == key.token and hmac.compare_digest(_old_signature(key, query, environ), query["Signature"].encode())
    ):
        raise Refused("SignatureDoesNotMatch", WRONG, 403)
    return key


def _old_signature(key: Key, query: dict[str, str], environ: dict[str, Any]) -> bytes:
    # AWS's own headers may be in the link instead.
    own = {name: value for name, value in query.items() if name.startswith("x-amz-")}
    own |= {_header(name): str(value) for name, value in environ.items() if name.startswith("HTTP_X_AMZ_")}
    signer: Any = HmacV1Auth(Credentials(key.id, key.secret))
    parts = (
        environ["REQUEST_METHOD"],
        environ.get("HTTP_CONTENT_MD5", ""),
        environ.get("CONTENT_TYPE", ""),
        query["Expires"],
        *(f"{name}:{value.strip()}" for name, value in sorted(own.items())),
        signer.canonical_resource(urlsplit(environ.get("RAW_URI") or "/")),
    )
    return base64.b64encode(hmac.digest(key.secret.encode(), "\n".join(parts).encode(), "sha1"))


def _header(variable: str) -> str:
    return variable.removeprefix("HTTP_").replace("_", "-").lower()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def _expired(end: int, now: float, seconds: str | None = None) -> Refused:
    stated = {"X-Amz-Expires": seconds} if seconds is not None else {}
    times = {
        name: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        for name, at in (("Expires", end), ("ServerTime", now))
    }
    return Refused("AccessDenied", "Request has expired", 403, **stated, **times)
