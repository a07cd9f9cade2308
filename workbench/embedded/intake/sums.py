"""What a client says of the bytes that it sends, and whether it is so."""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from workbench.embedded.refusals import Refused

_CHECKSUM = "x-amz-checksum-"


class Sum(Protocol):
    """As hashlib's."""

    def update(self, piece: bytes, /) -> None:
        """More bytes."""

    def digest(self) -> bytes:
        """Of all of them."""


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, piece: bytes) -> None:
        """More bytes."""
        self._value = zlib.crc32(piece, self._value)

    def digest(self) -> bytes:
        """Big end first, as S3 has it."""
        return self._value.to_bytes(4, "big")


# crc32c and crc64nvme are missing: Python has neither, and in Python a gigabyte would take minutes.
_KINDS: Mapping[str, Callable[[], Sum]] = {"crc32": _Crc32, "sha1": hashlib.sha1, "sha256": hashlib.sha256}


class Sums:
    """MD5, which is the ETag; and of a request's headers and trailers what they ask for."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ
        self.md5 = hashlib.md5(usedforsecurity=False)
        asked = {environ.get("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", "").lower()}
        asked |= {
            name.strip().lower().removeprefix(_CHECKSUM) for name in environ.get("HTTP_X_AMZ_TRAILER", "").split(",")
        }
        asked |= {kind for kind in _KINDS if _variable(kind) in environ}
        self._checksums = {kind: _KINDS[kind]() for kind in asked if kind in _KINDS}
        # A digest of the whole body, unless the header says that there is none.
        stated = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")
        self._sha256 = hashlib.sha256() if len(stated) == 64 else None

    def update(self, piece: bytes) -> None:
        """More bytes."""
        for each in (self.md5, self._sha256, *self._checksums.values()):
            if each is not None:
                each.update(piece)

    def check(self, trailers: Mapping[str, str]) -> dict[str, str]:
        """The checksums that hold, by their header's name in a WSGI environment. Raises `Refused`.

        `trailers`: headers that came behind the body, by their lower-case names.
        """
        self._check_md5()
        if self._sha256 and self._sha256.hexdigest() != self._environ["HTTP_X_AMZ_CONTENT_SHA256"].lower():
            message = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise Refused("XAmzContentSHA256Mismatch", message)
        for kind, total in self._checksums.items():
            stated = self._environ.get(_variable(kind)) or trailers.get(f"{_CHECKSUM}{kind}")
            if stated is not None and _decoded(stated, f"{_CHECKSUM}{kind}") != total.digest():
                raise Refused("BadDigest", f"The {kind.upper()} you specified did not match the calculated checksum.")
        unknown = {name: value for name, value in trailers.items() if name.startswith(_CHECKSUM)}
        told = {_variable(name.removeprefix(_CHECKSUM)): value for name, value in unknown.items()}
        return told | {_variable(kind): _encoded(total.digest()) for kind, total in self._checksums.items()}

    def _check_md5(self) -> None:
        stated = self._environ.get("HTTP_CONTENT_MD5")
        if stated is None:
            return
        try:
            right = len(base64.b64decode(stated, validate=True)) == self.md5.digest_size
        except (binascii.Error, ValueError):
            right = False
        if not right:
            raise Refused("InvalidDigest", "The Content-MD5 you specified was invalid.")
        if stated != _encoded(self.md5.digest()):
            raise Refused("BadDigest", "The Content-MD5 you specified did not match what we received.")


def _variable(kind: str) -> str:
    return f"HTTP_X_AMZ_CHECKSUM_{kind.upper()}"


def _encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Refused("InvalidRequest", f"Value for {name} header is invalid.") from problem
