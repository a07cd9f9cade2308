"""Forms that put an object into S3 (POST): whether their policy is signed, still good, and covers what was sent.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import datetime
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.embedded.access.keys import Key, Keyring
from workbench.embedded.access.links import WRONG
from workbench.embedded.access.signing import ALGORITHM, signature_of
from workbench.embedded.refusals import Refused

_CURRENT = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
_OLD = ("awsaccesskeyid", "signature")
# What a policy need not speak of; the old signature's own two as well.
_EXEMPT = frozenset({"x-amz-signature", "file", "policy", *_OLD})
_IGNORED = "x-ignore-"
_RANGE = "content-length-range"
_MOST = 5 * 2**30  # bytes; source: S3's limit for one POST


@dataclass(frozen=True)
class Allowance:
    """Who has signed (None: a key that nobody here knows), and how many bytes a file may have."""

    key: Key | None
    least: int = 0
    most: int = _MOST

    def check(self, size: int) -> None:
        """Raises `Refused`."""
        if size > self.most:
            message = "Your proposed upload exceeds the maximum allowed size"
            raise Refused("EntityTooLarge", message, ProposedSize=str(size), MaxSizeAllowed=str(self.most))
        if size < self.least:
            message = "Your proposed upload is smaller than the minimum allowed size"
            raise Refused("EntityTooSmall", message, ProposedSize=str(size), MinSizeAllowed=str(self.least))


def check_form(fields: Mapping[str, str], bucket: str, keys: Keyring, clock: Callable[[], float]) -> Allowance:
    """`fields` by lower-case names, without the file. `clock` gives seconds since 1970. Raises `Refused`."""
    if not fields.get("key"):
        raise _missing("key")
    if not _is_signed(fields):
        raise Refused("AccessDenied", "Access Denied", 403)
    if not fields.get("policy"):
        raise _missing("policy")
    policy = _policy(fields["policy"])
    if clock() > _expiry(policy):
        raise _against("Policy expired.")
    key = _signer(fields, keys)
    return _allowance(policy, fields, bucket, key)


def _is_signed(fields: Mapping[str, str]) -> bool:
    return any(all(fields.get(name) for name in names) for names in (_CURRENT, _OLD))


def _signer(fields: Mapping[str, str], keys: Keyring) -> Key | None:
    is_old = not fields.get("x-amz-signature")
    key_id, _, scope = fields["awsaccesskeyid" if is_old else "x-amz-credential"].partition("/")
    if not is_old and (len(scope.split("/")) != 4 or fields["x-amz-algorithm"] != ALGORITHM):
        raise Refused("InvalidArgument", f"X-Amz-Credential and X-Amz-Algorithm must be those of {ALGORITHM}.")
    key = keys.find(key_id)
    if key is None:
        return None
    right = _old_signature(key, fields["policy"]) if is_old else signature_of(fields["policy"], key.secret, scope)
    given = fields["signature" if is_old else "x-amz-signature"]
    if fields.get("x-amz-security-token") != key.token or not hmac.compare_digest(right.encode(), given.encode()):
        raise Refused("SignatureDoesNotMatch", WRONG, 403)
    return key


def _old_signature(key: Key, policy: str) -> str:
    return base64.b64encode(hmac.digest(key.secret.encode(), policy.encode(), "sha1")).decode()


def _policy(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError) as problem:
        raise _invalid("Invalid JSON.") from problem
    if not isinstance(policy, dict):
        raise _invalid("Invalid JSON.")
    for name, kind in (("expiration", str), ("conditions", list)):
        if not isinstance(policy.get(name), kind):
            raise _invalid(f"Policy missing {name}.")
    return policy


def _expiry(policy: Mapping[str, Any]) -> float:
    text = policy["expiration"]
    try:
        if not text.endswith("Z"):
            raise ValueError
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError as problem:
        raise _invalid(f"Invalid 'expiration' value: {text[:80]!r}") from problem


def _allowance(policy: Mapping[str, Any], fields: Mapping[str, str], bucket: str, key: Key | None) -> Allowance:
    sent = {**fields, "bucket": bucket}
    allowance, spoken_of = Allowance(key), set(_EXEMPT)
    for operator, first, second in map(_condition, policy["conditions"]):
        if operator == _RANGE:
            allowance = Allowance(key, max(allowance.least, int(first)), min(allowance.most, int(second)))
            continue
        name = first[1:].lower()
        if not _holds(operator, name, sent.get(name), second):
            raise _against(f"Policy Condition failed: {json.dumps([operator, first, second], ensure_ascii=False)}")
        spoken_of.add(name)
    extra = [name for name in fields if name not in spoken_of and not name.startswith(_IGNORED)]
    if extra:
        raise _against(f"Extra input fields: {', '.join(extra)}")
    return allowance


def _condition(given: Any) -> tuple[str, Any, Any]:
    """Operator, $field, value; of a range operator, least, most."""
    if isinstance(given, dict):
        if len(given) != 1:
            raise _invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
        ((name, value),) = given.items()
        given = ["eq", f"${name}", value]
    if not isinstance(given, list) or len(given) != 3 or not isinstance(given[0], str):
        raise _invalid("Invalid Condition: a condition has an operator, a field and a value.")
    operator, first, second = given[0].lower(), given[1], given[2]
    if operator == _RANGE:
        if not all(str(end).isascii() and str(end).isdigit() and len(str(end)) < 20 for end in (first, second)):
            raise _invalid("Invalid content-length-range: its ends must be numbers of bytes.")
    elif operator not in ("eq", "starts-with"):
        raise _invalid(f"Invalid Condition: unknown operation {operator[:80]!r}.")
    elif not (isinstance(first, str) and first.startswith("$") and isinstance(second, str)):
        raise _invalid("Invalid Condition: a field is written $field, and its value is a string.")
    return operator, first, second


def _holds(operator: str, name: str, sent: str | None, wanted: str) -> bool:
    if sent is None or operator == "eq":
        return sent == wanted
    # A list of types, of which each must begin so.
    values = [value.strip() for value in sent.split(",")] if name == "content-type" else [sent]
    return all(value.startswith(wanted) for value in values)


def _missing(name: str) -> Refused:
    message = f"Bucket POST must contain a field named '{name}'."
    hint = "If it is specified, please check the order of the fields."
    return Refused("InvalidArgument", f"{message}  {hint}", ArgumentName=name, ArgumentValue="")


def _against(what: str) -> Refused:
    return Refused("AccessDenied", f"Invalid according to Policy: {what}", 403)


def _invalid(what: str) -> Refused:
    return Refused("InvalidPolicyDocument", f"Invalid Policy: {what}")
