"""Puts an object's body into a file before moto sees the request, and takes off the coat of aws-chunked.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.embedded.intake.source import PIECE, Source
from workbench.embedded.intake.spool import Spool
from workbench.embedded.intake.sums import Sums
from workbench.embedded.refusals import Refused

# In the WSGI environment: the `Spool` that moto finds in place of a body.
SPOOL = "roughcut.spool"


def take_in(environ: dict[str, Any]) -> None:
    """The body of a PutObject or UploadPart. Raises `Refused` for one that is not whole, or not as it was stated."""
    source = Source(environ)
    trailers: dict[str, str] = {}
    is_chunked = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-")
    environ[SPOOL] = spool = Spool(Sums(environ), source.length)
    for piece in _unwrapped(source, trailers) if is_chunked else source.pieces():
        spool.write(piece)
    stated = environ.get("HTTP_X_AMZ_DECODED_CONTENT_LENGTH", str(spool.size)) if is_chunked else str(spool.size)
    if stated != str(spool.size):
        message = f"The chunks have {spool.size} bytes; x-amz-decoded-content-length says {stated[:20]}."
        raise Refused("IncompleteBody", message)
    hand_over(environ, spool, trailers)


def drop(environ: dict[str, Any]) -> None:
    """The request is over: away with what no object has taken."""
    spool = environ.get(SPOOL)
    if spool is not None:
        spool.close()


def hand_over(environ: dict[str, Any], spool: Spool, trailers: Mapping[str, str]) -> None:
    """The request as moto is to see it: without a body, with every checksum in its header. Raises `Refused`."""
    environ |= spool.sums.check(trailers)
    algorithm = environ.get("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", "")
    if f"HTTP_X_AMZ_CHECKSUM_{algorithm.upper()}" not in environ:
        # moto would reckon one of the empty body.
        environ.pop("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", None)
    environ |= {
        SPOOL: spool,
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": False,
        "CONTENT_LENGTH": "0",
        "HTTP_X_AMZ_CONTENT_SHA256": "UNSIGNED-PAYLOAD",
    }


def _unwrapped(source: Source, trailers: dict[str, str]) -> Iterator[bytes]:
    """What is in the chunks; `trailers` is filled when all have come."""
    while left := _size(source.line()):
        while left:
            piece = source.read(min(left, PIECE))
            if not piece:
                raise Refused("IncompleteBody", "The body ends in the middle of a chunk.")
            left -= len(piece)
            yield piece
        if source.line():
            raise Refused("InvalidRequest", "A chunk is longer than it says.")
    while source.left != 0 and (line := source.line()):
        name, _, value = line.decode("latin-1").partition(":")
        trailers[name.strip().lower()] = value.strip()


def _size(line: bytes) -> int:
    text = line.partition(b";")[0].strip()
    try:
        if text.startswith((b"-", b"+")) or b"_" in text or len(text) > 16:
            raise ValueError
        return int(text, 16)
    except ValueError as problem:
        raise Refused("InvalidRequest", f"{text[:20]!r} is no size of a chunk.") from problem
