"""The bodies of requests: read ahead, whole, and of bounded size."""

import io
from typing import Any

from workbench.embedded.refusals import Refused

MEGABYTE = 1024 * 1024
# DynamoDB takes the most of all but S3: 16 MB for a batch.
LARGEST_BODY = 16 * MEGABYTE
# A client that sends nothing for so long in the middle of its body has gone.
PATIENCE_SECONDS = 60.0
# Of a number of bytes; Python reads no number of more than 4,300.
_MOST_DIGITS = 20


def read(environ: dict[str, Any]) -> bytes:
    """The body, which is there to be read again. Raises `Refused` for one that is too large or not whole."""
    stream, connection = environ["wsgi.input"], environ.get("werkzeug.socket")
    body: bytes
    length: int | None
    if connection:
        connection.settimeout(PATIENCE_SECONDS)
    if environ.get("wsgi.input_terminated"):
        length, body = None, stream.read(LARGEST_BODY + 1)
    else:
        length = length_of(environ)
        body = b"" if length > LARGEST_BODY else stream.read(length)
    if connection:
        connection.settimeout(None)
    if len(body) > LARGEST_BODY or (length or 0) > LARGEST_BODY:
        raise Refused("RequestEntityTooLarge", f"The body has more than {LARGEST_BODY} bytes.", 413)
    if length is not None and len(body) < length:
        raise Refused("IncompleteBody", f"The body has {len(body)} bytes; Content-Length says {length}.")
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def length_of(environ: dict[str, Any]) -> int:
    """What Content-Length says, 0 without one. Raises `Refused`."""
    stated = environ.get("CONTENT_LENGTH") or "0"
    if not (stated.isascii() and stated.isdigit() and len(stated) < _MOST_DIGITS):
        raise Refused("InvalidRequest", f"Content-Length is {stated[:_MOST_DIGITS]!r}; it must be a number of bytes.")
    return int(stated)
