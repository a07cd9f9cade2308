"""Of a file that is not plain, whole and sound there is no index, so that it is fetched whole."""

import io
from dataclasses import replace
from itertools import count

import pytest

from roughcut.media.mp4_index import read_index
from roughcut.media.partial import Load, Stretch, opening, partial, read
from roughcut.media.ranges import Range

MDAT = 300_000


def box(kind: str, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4) + kind.encode() + content


def table(kind: str, *rows: tuple[int, ...]) -> bytes:
    return box(kind, bytes(4) + len(rows).to_bytes(4) + b"".join(n.to_bytes(4) for row in rows for n in row))


def clip(*, entry="avc1", chunks=30, stts=(300, 1), stss=(1, 101, 201), stsc=((1, 10),), more=b"", extra=b"", cut=0):
    """300 pictures at 10 a second, in chunks of ten, after 24 bytes: a second of 10,000 bytes in each."""
    offsets = [(24 + number * 10_000,) for number in range(chunks)]
    listed = box("stsd", bytes(4) + (1).to_bytes(4) + box(entry))
    listed += table("stts", stts) + table("stss", *((n,) for n in stss))
    listed += table("stsc", *((*row, 1) for row in stsc)) + table("stco", *offsets) + extra
    header = bytes(12) + (10).to_bytes(4) + bytes(8)
    media = box("mdhd", header) + box("hdlr", bytes(8) + b"vide") + box("minf", box("stbl", listed))
    moov = box("moov", box("mvhd", header) + box("trak", box("tkhd", header) + box("mdia", media)) + more)
    whole = box("ftyp", bytes(8)) + box("mdat", bytes(MDAT)) + moov
    return whole[: len(whole) - cut]


def index(body: bytes):
    return read_index(io.BytesIO(body), len(body))


def test_a_stretch_is_read_from_the_key_picture_before_the_last_and_a_little_on():
    found = index(clip())
    assert read(found, "video", [Stretch(21, 22)]) == [Range(24, 24 + MDAT)]
    near = index(clip(stss=range(1, 300, 10)))
    assert read(near, "video", [Stretch(15, 16)]) == [Range(120_024, 250_024)]
    assert opening(near)[0].end >= 110_024 and partial(near).video == Load(10_000, 14_336)


@pytest.mark.parametrize(
    "body",
    [
        clip(cut=1),
        clip(entry="encv"),
        clip(chunks=60),
        clip(stts=(0, 1)),
        clip(stts=(2**32 - 1, 2**32 - 1), extra=table("ctts", (1, 2**31 - 1))),
        clip(stss=(5, 5)),
        clip(stss=()),
        clip(stsc=((1, 10), (1, 9))),
        clip(stsc=()),
        clip(more=box("mvex")),
        clip() + box("moof"),
        clip() + clip(),
        clip().replace(b"stco", b"xxxx"),
        clip().replace(b"stco\0\0\0\0\0\0\0\x1e", b"stco\0\0\0\0\xff\xff\xff\xff"),
        clip().replace(b"vide", b"soun"),
        b"",
    ],
    ids=map(str, count()),
)
def test_there_is_no_index_of_what_is_not_plain_and_sound(body):
    assert index(body) is None


def test_what_lies_between_the_chunks_of_two_tracks_of_sound_is_moved_too():
    found = index(clip())
    (video,) = found.tracks
    places = [[Range(at + n * 400_000, at + n * 400_000 + 1000) for n in range(30)] for at in (0, 200_000)]
    sounds = [replace(video, kind="audio", chunks=tuple(chunks)) for chunks in places]
    load = partial(replace(found, tracks=(video, *sounds))).audio
    assert load.moved == 400_000 and 2 * 4096 <= load.held <= 4 * 4096
