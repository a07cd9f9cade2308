"""The pieces that MP4, Matroska, RIFF and PNG files are built of, so that a test can build wrong ones."""

import struct
import zlib

STANDARD = {"moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "udta"}  # MP4 boxes that hold boxes


def box(kind: str, *body: bytes) -> bytes:
    whole = b"".join(body)
    return struct.pack(">I4s", 8 + len(whole), kind.encode("latin-1")) + whole


def full_box(kind: str, *body: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *body)


def u32(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def replaced(data: bytes, kind: str, new: bytes) -> bytes:
    """An MP4 with the first box of a kind replaced, and the sizes of the boxes around it put right."""
    out, at = b"", 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        whole = data[at : at + size]
        found = name.decode("latin-1")
        if found == kind:
            return out + new + data[at + size :]
        if found in STANDARD and kind.encode() in whole:
            return out + box(found, replaced(whole[8:], kind, new)) + data[at + size :]
        out, at = out + whole, at + size
    raise AssertionError(f"no {kind} box")


def inserted(data: bytes, into: str, new: bytes) -> bytes:
    """An MP4 with a box more at the end of the first box of a kind."""
    return replaced(data, into, box(into, content(data, into), new))


def content(data: bytes, kind: str) -> bytes:
    """What the first box of a kind holds."""
    at = data.index(kind.encode("latin-1")) - 4
    (size,) = struct.unpack(">I", data[at : at + 4])
    return data[at + 8 : at + size]


def element(identity: str, *body: bytes) -> bytes:
    """A Matroska element by its hexadecimal id."""
    whole = b"".join(body)
    return bytes.fromhex(identity) + (len(whole) | 1 << 56).to_bytes(8, "big") + whole


def number(identity: str, value: int) -> bytes:
    return element(identity, value.to_bytes(8, "big"))


def text(identity: str, value: str) -> bytes:
    return element(identity, value.encode())


def matroska(*body: bytes) -> bytes:
    head = element("1a45dfa3", number("4286", 1), number("42f7", 1), text("4282", "matroska"), number("4287", 4))
    return head + element("18538067", *body)


def riff(kind: bytes, *body: bytes) -> bytes:
    whole = b"".join(body)
    return struct.pack("<4sI", kind, len(whole)) + whole + b"\0" * (len(whole) % 2)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *chunks: bytes, rows: bytes = b"", kind: int = 2) -> bytes:
    """An 8-bit PNG (`kind` 2: RGB, 0: grey) whose pixel data is what zlib makes of `rows`."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    end = png_chunk(b"IDAT", zlib.compress(rows, 9)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + end
