"""How large an uploaded still says it is, before anything unpacks it.

Sources: PNG specification 11.2.2; ITU-T T.81, B.2.2 (JPEG frame header); RFC 9649, 2.5 to 2.7 (WebP).
"""

from typing import BinaryIO

from roughcut.media.sizes import Size

MOST_SIDE = 20_000
MOST_PIXELS = 64_000_000
_MOST_SEGMENTS = 4096  # before a JPEG's frame header; metadata of real cameras has some dozens
_NO_FRAME_HEADERS = (0xC4, 0xC8, 0xCC)  # Huffman tables, reserved, arithmetic conditioning


def still_size(file: BinaryIO, demuxer: str) -> Size | None:
    """None if the header does not say."""
    file.seek(0)
    return {"png_pipe": _png_size, "jpeg_pipe": _jpeg_size, "webp_pipe": _webp_size}[demuxer](file)


def is_too_large(size: Size) -> bool:
    return max(size.width, size.height) > MOST_SIDE or size.width * size.height > MOST_PIXELS


def _png_size(file: BinaryIO) -> Size | None:
    head = file.read(24)
    return Size(int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) if len(head) == 24 else None


def _jpeg_size(file: BinaryIO) -> Size | None:
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        head = file.read(9)  # FF, marker, length, and what a frame header goes on with: depth, height, width
        if len(head) < 9 or head[0] != 0xFF:
            return None
        if 0xC0 <= head[1] <= 0xCF and head[1] not in _NO_FRAME_HEADERS:
            return Size(int.from_bytes(head[7:9]), int.from_bytes(head[5:7]))
        # FF may be repeated before a marker.
        file.seek(-8 if head[1] == 0xFF else int.from_bytes(head[2:4]) - 7, 1)
    return None


def _webp_size(file: BinaryIO) -> Size | None:
    head = file.read(30)
    if len(head) < 30:
        return None
    if head[12:16] == b"VP8X":
        return Size(int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1)
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if head[12:16] == b"VP8 ":
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        return Size(width, height)
    return None
