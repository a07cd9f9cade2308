"""Where in an MP4 or MOV file which seconds lie, from its moov. Source: ISO/IEC 14496-12, section 8.

Only what is plain is understood: one video track, one edit list entry a track beside a delay, no fragments, no
encryption. For all else there is no index, and the file is fetched whole.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import BinaryIO

from roughcut.media.mp4 import LARGEST_MOOV, boxes_in, inside, top_boxes
from roughcut.media.ranges import Range

_MOST_BOXES = 64  # of a file: a recording has half a dozen
_MOST_ENTRIES = 2_000_000  # of one table: chunks of twelve hours at 40 a second
_MOST_TRACKS = 64
_MOST_REORDERING = 5  # seconds between decoding and showing
_STRANGE_TOP = {b"moof", b"sidx", b"meta", b"mfra"}  # fragments, or pictures that lie elsewhere
_ENCRYPTED = {b"encv", b"enca", b"encs", b"enct", b"drms", b"drmi"}
_KINDS = {b"vide": "video", b"soun": "audio", b"m1a ": "audio"}


@dataclass(frozen=True, slots=True)
class Track:
    """A track's chunks in the file, and what sample each begins with; times in seconds of the track's own clock.

    `steps` are runs of samples of one duration: the first sample of each, when it is decoded, and how long each lasts.
    `keys` are samples from which decoding can begin; None if from all. `shift` brings the film's clock to the track's.
    """

    kind: str
    chunks: tuple[Range, ...]
    firsts: "array[int]"
    steps: "tuple[array[int], array[int], array[int]]"
    scale: int
    samples: int
    keys: "array[int] | None"
    shift: Fraction
    reordering: Fraction
    is_chapters: bool

    def sample_at(self, seconds: Fraction) -> int:
        """The sample that is decoded at a time."""
        firsts, times, durations = self.steps
        run = max(0, bisect_right(times, seconds * self.scale) - 1)
        within = int(seconds * self.scale - times[run]) // max(durations[run], 1)
        return min(max(firsts[run] + within, 0), self.samples - 1)

    def time_of(self, sample: int) -> Fraction:
        firsts, times, durations = self.steps
        run = bisect_right(firsts, sample) - 1
        return Fraction(times[run] + (sample - firsts[run]) * durations[run], self.scale)

    def key_before(self, sample: int) -> int:
        """The key sample before the last one up to `sample`: an open GOP may send a demuxer one further back."""
        if self.keys is None:
            return sample
        return self.keys[max(0, bisect_right(self.keys, sample) - 2)]

    def between(self, first: int, last: int) -> list[Range]:
        """The chunks that hold these samples."""
        return list(self.chunks[self._chunk(first) : self._chunk(last) + 1])

    def samples_in(self, first: int, chunks: int) -> int:
        """How many samples these chunks hold, counted from the one with the first sample."""
        chunk = self._chunk(first) + chunks
        return (self.firsts[chunk] if chunk < len(self.firsts) else self.samples) - first

    def _chunk(self, sample: int) -> int:
        return max(0, bisect_right(self.firsts, sample) - 1)


@dataclass(frozen=True, slots=True)
class Index:
    """`frame` is all of the file that is not samples."""

    size: int
    frame: tuple[Range, ...]
    tracks: tuple[Track, ...]

    @property
    def video(self) -> Track:
        return next(track for track in self.tracks if track.kind == "video")


def read_index(file: BinaryIO, size: int) -> Index | None:
    """None for a file that is not plain or not whole; reads the heads of its boxes and its moov."""
    frame: list[Range] = []
    moov, place = b"", 0
    for kind, head, content in top_boxes(file):
        if kind in _STRANGE_TOP or len(frame) == _MOST_BOXES or content.end > size or (kind == b"moov" and moov):
            return None
        is_samples, place = kind == b"mdat", content.end
        frame.append(Range(head, content.begin if is_samples else content.end))
        if not is_samples and content.size > LARGEST_MOOV:
            return None
        if kind == b"moov":
            file.seek(content.begin)
            moov = file.read(content.size)
    try:
        return _index(moov, size, frame) if place == size else None
    except (ValueError, IndexError, ZeroDivisionError):
        return None


def _index(moov: bytes, size: int, frame: list[Range]) -> Index | None:
    boxes = list(boxes_in(moov))
    if any(kind == b"mvex" for kind, _ in boxes):
        return None
    scale = _number(inside(moov, b"mvhd"), {0: (12, 4), 1: (20, 4)})
    traks = [content for kind, content in boxes if kind == b"trak"][: _MOST_TRACKS + 1]
    starts = [_offsets(inside(trak, b"mdia", b"minf", b"stbl")) for trak in traks]
    bounds = sorted({offset for offsets in starts for offset in offsets} | {one.begin for one in frame} | {size})
    chapters = {number for trak in traks for number in _chapters(trak)}
    tracks = tuple(
        _track(trak, scale, _chunks(offsets, bounds), chapters) for trak, offsets in zip(traks, starts, strict=True)
    )
    is_plain = len(traks) <= _MOST_TRACKS and [track.kind for track in tracks].count("video") == 1
    return Index(size, tuple(frame), tracks) if is_plain else None


def _chunks(offsets: "array[int]", bounds: list[int]) -> tuple[Range, ...]:
    """A chunk ends where any track's next one begins: never too early, and without adding up sizes of samples."""
    if offsets and max(offsets) >= bounds[-1]:
        raise ValueError("a chunk lies behind the end of the file")
    return tuple(Range(offset, bounds[bisect_right(bounds, offset)]) for offset in offsets)


def _track(trak: bytes, movie_scale: int, chunks: tuple[Range, ...], chapters: set[int]) -> Track:
    media = inside(trak, b"mdia")
    table = inside(media, b"minf", b"stbl")
    if any(kind in _ENCRYPTED for kind, _ in boxes_in(inside(table, b"stsd")[8:])):
        raise ValueError("encrypted")
    scale = _number(inside(media, b"mdhd"), {0: (12, 4), 1: (20, 4)})
    steps, samples = _steps(_pairs(table, b"stts"))
    kind = _KINDS.get(inside(media, b"hdlr")[8:12], "other")
    number = _number(inside(trak, b"tkhd"), {0: (12, 4), 1: (20, 4)})
    firsts = _firsts(table, len(chunks))
    if not samples or not chunks or not scale or not movie_scale:
        if kind != "other":
            raise ValueError("a track without samples")
        samples = 0
    return Track(
        kind, chunks, firsts, steps, scale, samples, _keys(table), _shift(trak, movie_scale, scale),
        _reordering(table, scale), number in chapters,
    )  # fmt: skip


def _offsets(table: bytes) -> "array[int]":
    wide, narrow = inside(table, b"co64"), inside(table, b"stco")
    return _numbers(wide, "Q") if wide else _numbers(narrow, "I")


def _firsts(table: bytes, chunks: int) -> "array[int]":
    """The first sample of each chunk. An entry of stsc holds from its chunk to the next entry's."""
    listed = _numbers(inside(table, b"stsc"), "I", 3)
    begins = [*listed[0::3], chunks + 1]
    counts = array("q")
    for index, many in enumerate(listed[1::3]):
        run = min(begins[index + 1], chunks + 1) - begins[index]
        if begins[index] != len(counts) + 1 or run < 1:
            raise ValueError("stsc is not in order")
        counts.extend(array("q", [many]) * run)
    if len(counts) != chunks:
        raise ValueError("stsc does not tell of all chunks")
    return array("q", accumulate(counts, initial=0))[:chunks]


def _steps(pairs: "Iterator[tuple[int, int]]") -> "tuple[tuple[array[int], array[int], array[int]], int]":
    firsts, times, durations = array("q"), array("q"), array("q")
    sample = time = 0
    for many, duration in pairs:
        firsts.append(sample)
        times.append(time)
        durations.append(duration)
        sample, time = sample + many, time + many * duration
        if max(sample, time) >= 1 << 62:
            raise ValueError("absurd times")
    return (firsts, times, durations), sample


def _keys(table: bytes) -> "array[int] | None":
    listed = inside(table, b"stss")
    if not listed:
        return None
    keys = array("q", (number - 1 for number in _numbers(listed, "I")))
    if not keys or keys[0] < 0 or any(map(int.__ge__, keys, keys[1:])):
        raise ValueError("key samples are not in order")
    return keys


def _shift(trak: bytes, movie_scale: int, scale: int) -> Fraction:
    """From the edit list: one entry, perhaps after one that is empty, at the pace of recording."""
    edits = inside(trak, b"edts", b"elst")
    if not edits:
        return Fraction(0)
    wide = 20 if edits[0] == 1 else 12
    rows = [edits[place : place + wide] for place in range(8, 8 + int.from_bytes(edits[4:8]) * wide, wide)[:3]]
    half = (wide - 4) // 2
    read = [(int.from_bytes(row[:half]), int.from_bytes(row[half : 2 * half], signed=True), row[-4:]) for row in rows]
    delay = read.pop(0)[0] if len(read) == 2 and read[0][1] == -1 else 0
    if len(read) != 1 or read[0][1] < 0 or read[0][2] != b"\0\1\0\0":
        raise ValueError("an edit list of several parts")
    return Fraction(read[0][1], scale) - Fraction(delay, movie_scale)


def _reordering(table: bytes, scale: int) -> Fraction:
    """The most seconds between decoding a sample and showing it."""
    offsets = _numbers(inside(table, b"ctts"), "i", 2)[1::2]
    most = Fraction(max(map(abs, offsets), default=0), scale)
    if most > _MOST_REORDERING:
        raise ValueError("absurd reordering")
    return most


def _chapters(trak: bytes) -> "array[int]":
    """The tracks that hold a track's chapters."""
    listed = inside(trak, b"tref", b"chap")
    return _swapped(array("I", listed[: len(listed) // 4 * 4]))


def _pairs(table: bytes, kind: bytes) -> "Iterator[tuple[int, int]]":
    listed = _numbers(inside(table, kind), "I", 2)
    return zip(listed[0::2], listed[1::2], strict=True)


def _numbers(box: bytes, code: str, columns: int = 1) -> "array[int]":
    """The numbers of a table; empty if there is none. Raises ValueError if it is cut short or absurdly long."""
    many = int.from_bytes(box[4:8]) * columns
    size = many * array(code).itemsize
    if many > _MOST_ENTRIES * columns or 8 + size > max(len(box), 8):
        raise ValueError("a table is not whole")
    return _swapped(array(code, box[8 : 8 + size]))


def _number(box: bytes, places: dict[int, tuple[int, int]]) -> int:
    """A field of a box whose place depends on its version."""
    place, size = places[box[0]] if box and box[0] in places else (0, 0)
    return int.from_bytes(box[place : place + size])


def _swapped(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
