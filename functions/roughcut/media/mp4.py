"""What has to be read out of MP4 files byte by byte. Source: ISO/IEC 14496-12 (boxes), 14496-15 (avcC)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from roughcut.media.ranges import Range

LARGEST_MOOV = 32 << 20  # bytes that we read: twelve hours have some 20 MB
_MOST_BOXES = 1000  # of a file before its moov
_ENTRY_HEAD = 78  # bytes of a visual sample entry before its boxes
_MATRIX = {0: 40, 1: 52}  # where a tkhd keeps its matrix, by version
_NO_TRAIT = (
    b"avcC",
    b"btrt",
    b"free",
)  # of a sample entry's boxes: the record itself, and what says nothing of pictures


@dataclass(frozen=True, slots=True)
class PictureEntry:
    """How a file describes its pictures: the avcC record, and all else that holds for the whole track.

    `traits` are size, pixel shape, colours, field order and rotation as they stand in the file; it cannot be said what
    an unknown one means, only whether two files have the same.
    """

    configuration: bytes
    traits: tuple[bytes, ...]

    @property
    def profile(self) -> int:
        return self.configuration[1]


def picture_entry(file: BinaryIO) -> PictureEntry | None:
    """None unless the file has exactly one video track, in H.264 with one avcC record for all of it."""
    tracks = [track for track in _tracks(_index(file)) if inside(track, b"mdia", b"hdlr")[8:12] == b"vide"]
    return _entry(tracks[0]) if len(tracks) == 1 else None


def avc_configuration(file: BinaryIO) -> bytes:
    """The avcC record, byte for byte: profile, level and parameter sets. Raises ValueError if there is none."""
    index = _index(file)
    place = index.find(b"avcC")
    if place < 4:
        raise ValueError("no avcC record")
    size = int.from_bytes(index[place - 4 : place])
    return index[place + 4 : place - 4 + size]


def codec_string(configuration: bytes) -> str:
    """Profile, constraints and level as RFC 6381 writes them: "avc1.64001f"."""
    return f"avc1.{configuration[1:4].hex()}"


def _entry(track: bytes) -> PictureEntry | None:
    listed = inside(track, b"mdia", b"minf", b"stbl", b"stsd")
    entries = list(boxes_in(listed[8:]))
    if len(entries) != 1 or entries[0][0] != b"avc1":
        return None
    head, boxes = entries[0][1][:_ENTRY_HEAD], list(boxes_in(entries[0][1][_ENTRY_HEAD:]))
    records = [content for kind, content in boxes if kind == b"avcC"]
    if len(records) != 1 or len(records[0]) < 7:
        return None
    others = sorted(kind + content for kind, content in boxes if kind not in _NO_TRAIT)
    return PictureEntry(records[0], (head[24:28], _matrix(inside(track, b"tkhd")), *others))


def _matrix(header: bytes) -> bytes:
    """Rotation and mirroring."""
    place = _MATRIX[header[0]] if header and header[0] in _MATRIX else 0
    return header[place : place + 36]


def _index(file: BinaryIO) -> bytes:
    contents = (content for kind, _, content in islice(top_boxes(file), _MOST_BOXES) if kind == b"moov")
    content = next((content for content in contents if content.size <= LARGEST_MOOV), Range(0, 0))
    return _read_at(file, content.begin, content.size)


def _tracks(index: bytes) -> Iterator[bytes]:
    return (content for kind, content in boxes_in(index) if kind == b"trak")


def inside(content: bytes, *path: bytes) -> bytes:
    """The content of the first box at the end of a path of boxes; empty if there is none."""
    for wanted in path:
        content = next((inner for kind, inner in boxes_in(content) if kind == wanted), b"")
    return content


def boxes_in(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of each box; ends at the first that is not whole."""
    place = 0
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        if size < 8 or place + size > len(content):
            return
        yield kind, content[place + 8 : place + size]
        place += size


def top_boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, Range]]:
    """Type, place and content of each top-level box; ends at one that says it lasts to the end of the file."""
    place = 0
    while len(header := _read_at(file, place, 16)) >= 8:
        size, kind, head = int.from_bytes(header[:4]), header[4:8], 8
        if size == 1:
            size, head = int.from_bytes(header[8:]), 16
        if size < head:
            return
        yield kind, place, Range(place + head, place + size)
        place += size


def _read_at(file: BinaryIO, place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(size)
