"""A ticket lets its bearer read one object for a while; a link's token is a ticket, signed by the stack's secret."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass

from roughcut.jobs.request import RequestRefused

_PURPOSE = b"roughcut link 1\0"  # whatever else the secret may sign one day can not be taken for a link
_SIGNATURE = 16  # bytes of HMAC-SHA256


@dataclass(frozen=True, slots=True)
class Ticket:
    """`until` is in seconds since 1970. With a `file_name` the object is a download of this name."""

    key: str
    until: int
    file_name: str = ""


def seal(ticket: Ticket, secret: bytes) -> str:
    """Letters, digits, `-`, `_` and one dot."""
    fields = [ticket.until, ticket.key, ticket.file_name]
    body = _text(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{body}.{_text(_signature(body, secret))}"


def unseal(token: str, secret: bytes, now_s: float) -> Ticket:
    """Raises `RequestRefused` (NotFound) for a token that this stack did not give, or whose time is over."""
    body, _, signature = token.partition(".")
    try:
        genuine = hmac.compare_digest(_bytes(signature), _signature(body, secret))
    except (ValueError, binascii.Error):
        genuine = False
    if not genuine:
        raise _unknown("there is no such link: it must be as links gave it, whole and unchanged.")
    until, key, file_name = json.loads(_bytes(body))
    if now_s >= until:
        raise _unknown("the link has expired: ask links for a new one.")
    return Ticket(key, until, file_name)


def _signature(body: str, secret: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + body.encode(), "sha256")[:_SIGNATURE]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Strict: other texts of the same bytes are no tokens."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(raw) != text:
        raise ValueError(text)
    return raw


def _unknown(message: str) -> RequestRefused:
    return RequestRefused("NotFound", message, "token")
