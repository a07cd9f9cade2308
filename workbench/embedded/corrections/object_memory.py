"""moto keeps objects of up to 5 MB in memory and larger ones as open files, of which a process may have a thousand. It
reads a whole object into memory for every range of it, and joins a multipart upload there, twice over.

A film of 150 MB, up and down once, took 700 MB. Here every object is a file, open only while it is read: answers are
read from it piece by piece, and parts are copied from file to file.

Upstream: getmoto/moto#2789, closed, has the same cause: a range of a large object reads it whole.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, BinaryIO

from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML, S3ClientError
from moto.s3.models import FakeKey, FakeMultipart, MultipartChecksumBuilder
from moto.s3.responses import S3Response
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

from workbench.embedded.bodies import Bodies, Body
from workbench.embedded.corrections import host
from workbench.embedded.corrections.replacing import replace
from workbench.embedded.intake.spool import Spool

# Of an answer: what a thread holds of it at a time.
_PIECE = 1024 * 1024

_reading: ContextVar[bool] = ContextVar("the request in hand reads", default=False)
_stock: Any = FakeKey.__dict__["value"]


class Stored:
    """An object's bytes, or a part of them, still in their file; to moto, something that has a length and slices."""

    def __init__(self, key: Any, whole: range | None = None) -> None:
        self._key, self._range = key, range(key.contentsize) if whole is None else whole

    def __len__(self) -> int:
        return len(self._range)

    def __getitem__(self, part: slice) -> "Stored":
        return Stored(self._key, self._range[part])

    def content(self) -> "bytes | Pieces":
        """What the client gets: small things at once, as most are."""
        with self._key.lock:
            self._key._value_buffer.seek(self._range.start)
            if len(self) > _PIECE and isinstance(self._key._value_buffer, Body):
                return Pieces(self._key._value_buffer.open(), len(self))
            read: bytes = self._key._value_buffer.read(len(self))
        return read


class Pieces:
    """The next `size` bytes of an open file, which may have no name any more."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(min(_PIECE, self._left)):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        """werkzeug calls it when the client has all, or has gone."""
        self._file.close()


class Joined:
    """The parts of an upload, one after the other, in a file that becomes the object's."""

    def __init__(self, parts: list[Any]) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - the object closes it when it goes
        for part in parts:
            part._value_buffer.seek(0)
            shutil.copyfileobj(part._value_buffer, self.file)

    def __len__(self) -> int:
        return self.file.seek(0, os.SEEK_END)

    def take(self) -> Any:
        """The file, which is the taker's to close."""
        return self.file

    @property
    def etag(self) -> None:
        """Its own is made of those of its parts."""
        return None


def apply() -> None:
    """Keep large objects out of memory."""

    def build_complete(_stock: Callable[..., Any]) -> Callable[..., Any]:
        return _complete

    replace(S3Response, "key_response", _build_response)
    replace(FakeMultipart, "complete", build_complete)
    key: Any = FakeKey
    key.value = property(_get, _set)
    # moto warns of an object that was replaced before it was closed; closing it then is all there is to do.
    key.__del__ = FakeKey.dispose


def _get(key: FakeKey) -> Any:
    return Stored(key) if _reading.get() else _stock.fget(key)


def _set(key: Any, value: Any) -> None:
    if isinstance(value, Joined | Spool):
        key._etag = value.etag or key._etag
        key._value_buffer.close()
        key.contentsize, key._value_buffer = len(value), value.take()
    else:
        _stock.fset(key, value)
    # In a test beside the stack, moto may be used without one.
    with suppress(LookupError):
        if bodies := host.current().bodies:
            _put_down(key, bodies)


def _put_down(key: Any, bodies: Bodies) -> None:
    temporary = key._value_buffer
    try:
        key._value_buffer = bodies.keep(temporary)
    except OSError as problem:
        message = f"The object cannot be taken in: {problem.strerror}."
        raise S3ClientError("InternalError", message) from problem
    temporary.close()


def _build_response(stock: Callable[..., Any]) -> Callable[..., Any]:
    def respond(response: Any, request: Any, full_url: str, headers: Any) -> Any:
        token = _reading.set(request.method == "GET")
        try:
            status, sent, content = stock(response, request, full_url, headers)
        finally:
            _reading.reset(token)
            _forget_body(response, request)
        return status, sent, content.content() if isinstance(content, Stored) else content

    return respond


def _forget_body(response: Any, request: Any) -> None:
    """Request and response hold each other, and megabytes of body, until some garbage collection."""
    response.body = response.raw_body = b""
    for cached in ("data", "_cached_data", "stream"):
        request.__dict__.pop(cached, None)


def _complete(upload: Any, asked: Iterable[tuple[int, str]]) -> tuple[Joined, str, tuple[str, str, int] | None]:
    """The content, its ETag, and the checksum of the parts' checksums if the upload has such."""
    parts = [_part(upload, number, etag) for number, etag in asked]
    if not parts:
        raise MalformedXML
    if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in parts[:-1]):
        raise EntityTooSmall
    sums = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
    etag = f"{hashlib.md5(sums, usedforsecurity=False).hexdigest()}-{len(parts)}"
    return Joined(parts), etag, _checksum(upload, parts)


def _part(upload: Any, number: int, etag: str) -> Any:
    part = upload.parts.get(number)
    if part is None or part.etag.strip('"') != etag.strip('"'):
        raise InvalidPart
    return part


def _checksum(upload: Any, parts: list[Any]) -> tuple[str, str, int] | None:
    """None for a checksum of the whole object, which would need the whole object."""
    algorithm, kind = (upload.metadata.get(f"x-amz-checksum-{name}") for name in ("algorithm", "type"))
    builder = MultipartChecksumBuilder(algorithm, kind)
    if builder.checksum_type != "COMPOSITE":
        return None
    for part in parts:
        builder.addPart(part.value)
    return builder.build()
