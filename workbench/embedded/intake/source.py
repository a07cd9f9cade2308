"""The body of a request as it comes, piece by piece."""

from collections.abc import Iterator
from typing import Any

from workbench.embedded.incoming import PATIENCE_SECONDS, length_of
from workbench.embedded.refusals import Refused

PIECE = 256 * 1024
_LONGEST_LINE = 8 * 1024


class Source:
    """Reads what Content-Length promises, or to the end of a body that tells its own."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.length = None if environ.get("wsgi.input_terminated") else length_of(environ)
        self._stream, self._connection = environ["wsgi.input"], environ.get("werkzeug.socket")
        self._read = 0

    @property
    def left(self) -> int | None:
        """Bytes that are still to come; None if nobody has told."""
        return None if self.length is None else self.length - self._read

    def read(self, most: int = PIECE) -> bytes:
        """Up to `most` bytes; none at the end. Raises `Refused` for a body that ends early."""
        wanted = most if self.left is None else min(most, self.left)
        return self._counted(self._patiently(self._stream.read, wanted), wanted)

    def line(self) -> bytes:
        """Up to the next line feed, without it and what stands before. Raises `Refused` for one that is too long."""
        wanted = _LONGEST_LINE if self.left is None else min(_LONGEST_LINE, self.left)
        line = self._counted(self._patiently(self._stream.readline, wanted), wanted)
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            raise Refused("InvalidRequest", f"A line between chunks has more than {_LONGEST_LINE} bytes.")
        return line.rstrip(b"\r\n")

    def pieces(self) -> Iterator[bytes]:
        """All of it."""
        while piece := self.read():
            yield piece

    def _patiently(self, read: Any, wanted: int) -> bytes:
        if self._connection:
            self._connection.settimeout(PATIENCE_SECONDS)
        got: bytes = read(wanted) if wanted else b""
        if self._connection:
            self._connection.settimeout(None)
        return got

    def _counted(self, got: bytes, wanted: int) -> bytes:
        self._read += len(got)
        if wanted and not got and self.length is not None:
            raise Refused("IncompleteBody", f"The body has {self._read} bytes; Content-Length says {self.length}.")
        return got
