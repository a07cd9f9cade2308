"""Each clause of the rule by which a part is copied: one fact changed, and it is not."""

import io
import struct
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.copying import LARGEST_COPY, MOST_KEY_FRAMES, Copyable, copyable, depth_of, with_copies
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.mp4 import PictureEntry, picture_entry
from roughcut.media.packets import streams
from roughcut.media.sizes import Size
from roughcut.media.sources import Look
from tests.unit.media.examples import a_clip, a_slide

SIZE = Size(1280, 720)
RECORD = bytes((1, 100, 0, 31, 255, 225, 0))
ENTRY = PictureEntry(RECORD, (b"traits",))
OTHER = PictureEntry(RECORD + b"\1", (b"traits",))
FRAMES = 60
CLIP = a_clip(seconds=2)
HEAD = [line for index in range(3) for line in (f"#tb {index}: 1/30", f"#media_type {index}: video")]


def listing(*, first: int = 0, idr: int | None = 0, sets: int | None = None, hidden: int = 0, order=None) -> list[str]:
    order = list(range(FRAMES)) if order is None else order
    rows = [packet(0, at, first + shown, hidden=at >= FRAMES - hidden) for at, shown in enumerate(order)]
    rows += [packet(stream, at, first + at) for stream, at in ((1, idr), (2, sets)) if at is not None]
    return [*HEAD, *rows]


def intra(count: int) -> list[str]:
    return [*HEAD, *(packet(0, at, at) for at in range(count)), packet(1, 0, 0)]


def packet(stream: int, decoded: int, shown: int, *, hidden: bool = False) -> str:
    return f"{stream}, {decoded}, {shown}, 1, 100, 0x0, F=0x{5 if hidden else 1}"


def a_copyable(entry: PictureEntry = ENTRY, *, late: Fraction = Fraction(0), count: int = FRAMES) -> Copyable:
    return Copyable(entry, tuple(Fraction(index, 30) + late for index in range(count)))


def an_edit(*parts: Part, size: Size = SIZE, rate: int = 30, measured: str = "30") -> Edit:
    sources = (*(a_clip(name, seconds=2, rate=measured) for name in ("a.mp4", "b.mp4")), a_slide())
    return Edit(Canvas(size, Fraction(rate)), sources, parts or (Part(0, 0, FRAMES), Part(1, 0, FRAMES)))


def copied(edit: Edit, *entries: Copyable | None, own: PictureEntry | None = None) -> list[bool]:
    found = {f"{name}.mp4": entry for name, entry in zip("ab", entries, strict=False) if entry}
    return [part.is_copied for part in with_copies(edit, found, lambda: own).parts]


def test_a_plain_clip_is_copyable():
    found = copyable(CLIP, ENTRY, listing())
    assert found == a_copyable()


def test_times_count_from_the_start_of_the_file():
    late = replace(CLIP, start_us=1_000_000)
    assert copyable(late, ENTRY, listing(first=30)) == a_copyable()


@pytest.mark.parametrize(
    ("clip", "entry", "lines"),
    [
        (CLIP, None, listing()),
        (CLIP, PictureEntry(bytes((1, 110)) + RECORD[2:], ()), listing()),
        (replace(CLIP, look=Look(SIZE, is_interlaced=True)), ENTRY, listing()),
        (replace(CLIP, look=Look(SIZE, Fraction(4, 3))), ENTRY, listing()),
        (replace(CLIP, look=Look(SIZE, transfer="smpte2084")), ENTRY, listing()),
        (CLIP, ENTRY, HEAD),
        (CLIP, ENTRY, listing(hidden=3)),
        (CLIP, ENTRY, listing(sets=0)),
        (CLIP, ENTRY, listing(idr=None)),
        (CLIP, ENTRY, listing(idr=1)),
        (CLIP, ENTRY, listing(order=[0, *range(2, 19), 1, *range(19, FRAMES)])),
    ],
    ids=["entry", "profile", "laced", "wide", "hdr", "empty", "hidden", "sets", "no-idr", "late-idr", "depth"],
)
def test_one_clause_broken_and_it_is_not(clip, entry, lines):
    assert copyable(clip, entry, lines) is None


def test_a_clip_with_more_key_frames_than_one_worker_can_decode_is_not_copyable():
    assert copyable(CLIP, ENTRY, intra(MOST_KEY_FRAMES)) is not None
    assert copyable(CLIP, ENTRY, intra(MOST_KEY_FRAMES + 1)) is None


def test_the_deepest_reordering_of_h264_is_still_copyable():
    assert copyable(CLIP, ENTRY, listing(order=[0, *range(2, 18), 1, *range(18, FRAMES)])) is not None


@pytest.mark.parametrize(("order", "depth"), [([0, 1, 2, 3], 0), ([0, 3, 1, 2], 1), ([0, 4, 2, 1, 3], 2), ([3, 0], 1)])
def test_depth_is_by_how_much_the_latest_picture_would_be_late(order, depth):
    assert depth_of(streams(listing(order=order))[0]) == depth


def test_a_film_of_clips_that_agree_is_copied():
    assert copied(an_edit(), a_copyable(), a_copyable()) == [True, True]


@pytest.mark.parametrize(
    ("edit", "clip"),
    [
        (an_edit(size=Size(640, 360)), a_copyable()),
        (an_edit(rate=25), a_copyable()),
        (an_edit(measured="30000/1001"), a_copyable()),
        (an_edit(Part(0, 1, FRAMES)), a_copyable()),
        (an_edit(Part(0, 0, FRAMES - 1)), a_copyable()),
        (an_edit(Part(0, 0, FRAMES + 1)), a_copyable()),
        (an_edit(), a_copyable(late=Fraction(1, 60))),
        (an_edit(Part(0, 0, FRAMES)), None),
        (an_edit(Part(2, 0, FRAMES)), a_copyable()),
    ],
    ids=[
        "size",
        "rate",
        "nearly-the-rate",
        "begins-later",
        "ends-earlier",
        "ends-later",
        "off-the-grid",
        "unknown",
        "slide",
    ],
)
def test_one_clause_broken_and_the_film_is_conformed(edit, clip):
    assert not any(copied(edit, clip, clip))


@pytest.mark.parametrize("other", [OTHER, PictureEntry(RECORD, (b"turned",))], ids=["record", "traits"])
def test_clips_that_disagree_are_conformed(other):
    assert copied(an_edit(), a_copyable(), a_copyable(other)) == [False, False]


def test_beside_what_is_encoded_only_what_agrees_with_the_encoder_is_copied():
    film = an_edit(Part(2, 0, 30), Part(0, 0, FRAMES), Part(1, 0, FRAMES))
    assert copied(film, a_copyable(), a_copyable(OTHER), own=ENTRY) == [False, True, False]
    assert copied(film, a_copyable(), a_copyable(), own=OTHER) == [False, False, False]
    assert copied(film, a_copyable(), a_copyable(), own=None) == [False, False, False]


def test_what_one_disk_cannot_hold_is_encoded():
    edit = an_edit()
    halves = [replace(source, size_bytes=LARGEST_COPY // 2) for source in edit.clips]
    fits = replace(edit, sources=(*halves, *edit.slides))
    larger = replace(fits, sources=(replace(halves[0], size_bytes=LARGEST_COPY // 2 + 1), *fits.sources[1:]))
    assert copied(fits, a_copyable(), a_copyable()) == [True, True]
    assert copied(larger, a_copyable(), a_copyable()) == [False, False]


def test_the_encoder_is_asked_only_where_it_matters():
    def refuse() -> None:
        raise AssertionError("asked in vain")

    assert with_copies(an_edit(), {}, refuse) == an_edit()
    found = {"a.mp4": a_copyable(), "b.mp4": a_copyable()}
    assert all(part.is_copied for part in with_copies(an_edit(), found, refuse).parts)


def test_how_a_part_gets_into_the_film_survives_its_document():
    edit = an_edit(Part(0, 0, FRAMES, is_copied=True), Part(2, 0, 30))
    document = edit.as_dict()
    assert [part["how"] for part in document["parts"]] == ["copy", "conform"]
    assert Edit.from_dict(document) == edit and not any(part.is_copied for part in edit.conformed().parts)


def test_a_part_of_an_older_document_is_conformed():
    document = an_edit().as_dict()
    for part in document["parts"]:
        del part["how"]
    assert Edit.from_dict(document) == an_edit()


def box(kind: str, *contents: bytes) -> bytes:
    body = b"".join(contents)
    return struct.pack(">I4s", len(body) + 8, kind.encode()) + body


def a_track(*boxes: bytes, kind: str = "avc1", handler: str = "vide", matrix: int = 1, entries: int = 1) -> bytes:
    head = bytes(24) + struct.pack(">HH", 1280, 720) + bytes(50)
    listed = box("stsd", bytes(8), *[box(kind, head, *boxes)] * entries)
    inside = box("minf", box("stbl", listed))
    header = box("tkhd", bytes(40), struct.pack(">9I", matrix, *[0] * 8), bytes(8))
    return box("trak", header, box("mdia", box("hdlr", bytes(8), handler.encode(), bytes(12)), inside))


def entry_of(*tracks: bytes) -> PictureEntry | None:
    return picture_entry(io.BytesIO(box("ftyp", b"isom") + box("mdat", bytes(99)) + box("moov", *tracks)))


AVCC = box("avcC", RECORD)


def test_the_picture_entry_is_that_of_the_one_video_track():
    found = entry_of(a_track(handler="soun", kind="mp4a"), a_track(AVCC))
    assert found is not None and found.configuration == RECORD and found.profile == 100


@pytest.mark.parametrize(
    "tracks",
    [
        (),
        (a_track(AVCC), a_track(AVCC)),
        (a_track(AVCC, entries=2),),
        (a_track(AVCC, kind="hvc1"),),
        (a_track(),),
        (a_track(AVCC, AVCC),),
        (a_track(box("avcC", b"\1")),),
        (a_track(AVCC)[:-3],),
    ],
    ids=["none", "two-tracks", "two-entries", "hevc", "no-record", "two-records", "short-record", "cut-off"],
)
def test_anything_else_has_no_entry(tracks):
    assert entry_of(*tracks) is None


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, 400))
def test_a_damaged_file_has_an_entry_or_none_and_never_an_error(changes, cut):
    file = bytearray(box("ftyp", b"isom") + box("moov", a_track(AVCC, box("pasp", bytes(8)))))
    for place, value in changes:
        file[place % len(file)] = value
    found = picture_entry(io.BytesIO(file[: len(file) - cut]))
    assert found is None or len(found.configuration) >= 7


def test_an_index_behind_endless_boxes_is_not_looked_for():
    index = box("moov", a_track(AVCC))
    assert picture_entry(io.BytesIO(box("free") * 999 + index)) is not None
    assert picture_entry(io.BytesIO(box("free") * 1000 + index)) is None


def test_traits_differ_with_rotation_pixel_shape_and_colour_but_not_with_the_bit_rate():
    plain = entry_of(a_track(AVCC))
    assert entry_of(a_track(AVCC, box("btrt", bytes(12)))) == plain
    others = [a_track(AVCC, matrix=2), a_track(AVCC, box("pasp", bytes(8))), a_track(AVCC, box("colr", b"nclx"))]
    assert len({plain, *(entry_of(track) for track in others)}) == 4
