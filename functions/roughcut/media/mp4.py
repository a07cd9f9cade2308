"""What has to be read out of our own MP4 files byte by byte. Source: ISO/IEC 14496-12 (boxes), 14496-15 (avcC)."""

from collections.abc import Iterator
from typing import BinaryIO


def avc_configuration(file: BinaryIO) -> bytes:
    """The avcC record, byte for byte: profile, level and parameter sets. Raises ValueError if there is none."""
    index = next((file.read(size) for kind, size in _boxes(file) if kind == b"moov"), b"")
    place = index.find(b"avcC")
    if place < 4:
        raise ValueError("no avcC record")
    size = int.from_bytes(index[place - 4 : place])
    return index[place + 4 : place - 4 + size]


def codec_string(configuration: bytes) -> str:
    """Profile, constraints and level as RFC 6381 writes them: "avc1.64001f"."""
    return f"avc1.{configuration[1:4].hex()}"


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Type and content size of each top-level box, the file standing at its content."""
    file.seek(0)
    while len(header := file.read(8)) == 8:
        size, kind, head = int.from_bytes(header[:4]), header[4:], 8
        if size == 1:
            size, head = int.from_bytes(file.read(8)), 16
        after = file.tell() + size - head
        yield kind, size - head
        file.seek(after)
