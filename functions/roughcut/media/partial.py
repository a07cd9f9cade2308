"""Which bytes of a long MP4 or MOV a worker reads, so that it fetches no others.

What is taken is whole chunks of the file, and always too many rather than too few: FFmpeg opens the file, looks at its
first samples, seeks to a key frame and reads on a little behind the last picture that is shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, Self

from roughcut.media.mp4_index import Index, Track
from roughcut.media.ranges import GAP, Range, merged, moved, on_disk

Kind = Literal["video", "audio"]

SMALLEST = 64 << 20  # bytes of a file that is worth it: fetching all of a smaller one takes a second
MOST_CHAPTERS = 4096
_OPENED = Fraction(11)  # seconds of each track: FFmpeg looks at no more than 10 (`inputs.opened`)
_OPENED_BYTES = 24 << 20  # of each track: nor at more than 20 MB of all together
_OPENED_SAMPLES = 64
_MARGIN = Fraction(2)  # seconds: clocks of tracks, and what FFmpeg has read when it learns that it is done
_BEHIND = 64  # samples: the next picture after a long one, which tells how long it was shown
_BUCKET = 10  # seconds over which the most bytes a second are looked for


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds of the file's own clock."""

    begin: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class Load:
    """Bytes: `moved` are fetched, also what lies between two ranges that are near; `held` are on disk."""

    moved: int
    held: int

    def __add__(self, other: "Load") -> "Load":
        return Load(self.moved + other.moved, self.held + other.held)

    def times(self, seconds: float) -> "Load":
        return Load(round(self.moved * seconds), round(self.held * seconds))


@dataclass(frozen=True, slots=True)
class Partial:
    """What reading a part of a file costs at most: to open it, seconds around each stretch, and each second."""

    opening: Load
    around: int
    video: Load
    audio: Load

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        loads = {name: Load(**document[name]) for name in ("opening", "video", "audio")}
        return cls(around=document["around"], **loads)

    def needed(self, kind: Kind, seconds: Iterable[float]) -> Load:
        second = self.video if kind == "video" else self.audio
        return self.opening + second.times(sum(length + self.around for length in seconds))


def opening(index: Index) -> list[Range]:
    """All that FFmpeg reads of the file before it seeks: the boxes, the first samples, the chapters."""
    found = list(index.frame)
    for track in index.tracks:
        found += track.chunks[:MOST_CHAPTERS] if track.is_chapters else _opened(track)
    return merged(found)


def read(index: Index, kind: Kind, stretches: Iterable[Stretch]) -> list[Range]:
    """The samples of the pictures or of the sound that are read for some stretches."""
    found = [one for stretch in stretches for one in _stretch(index, kind, stretch)]
    return merged(found)


def partial(index: Index) -> Partial | None:
    """None if there is nothing to be gained."""
    tracks = index.tracks
    if any(track.is_chapters and len(track.chunks) > MOST_CHAPTERS for track in tracks):
        return None
    around = 2 * _longest_gop(index.video) + 4 * _MARGIN + _most_behind(tracks)
    video = _most_a_second([index.video])
    audio = _most_a_second([track for track in tracks if track.kind == "audio"])
    opened = opening(index)
    return Partial(Load(moved(opened), on_disk(opened)), int(around) + 1, video, audio)


def _opened(track: Track) -> Iterator[Range]:
    """From a little before the first sample that the edit list shows: its decoder is started there."""
    if not track.samples:
        return
    first = track.key_before(track.sample_at(track.shift - _MARGIN))
    last = max(track.sample_at(max(track.shift, Fraction(0)) + _OPENED + track.reordering), first + _OPENED_SAMPLES)
    size = 0
    for number, chunk in enumerate(track.between(first, last)):
        yield chunk
        size += chunk.size
        if size > _OPENED_BYTES and track.samples_in(first, number + 1) > _OPENED_SAMPLES:
            return


def _stretch(index: Index, kind: Kind, stretch: Stretch) -> Iterator[Range]:
    """Sound is sought by the pictures: it is read from the time of their key frame on."""
    video = index.video
    key = video.key_before(video.sample_at(stretch.begin + video.shift - _MARGIN - video.reordering))
    since = video.time_of(key) - video.shift
    for track in index.tracks:
        if track.kind == kind:
            first = key if track is video else track.sample_at(since + track.shift - _MARGIN)
            last = track.sample_at(stretch.end + track.shift + _MARGIN + track.reordering) + _BEHIND
            yield from track.between(first, last)


def _longest_gop(video: Track) -> Fraction:
    if video.keys is None:
        return Fraction(0)
    times = [video.time_of(key) for key in video.keys if key < video.samples]
    ends = [*times, video.time_of(video.samples - 1)]
    return max((later - earlier for earlier, later in pairwise(ends)), default=Fraction(0))


def _most_behind(tracks: Iterable[Track]) -> Fraction:
    """Seconds of the samples behind a stretch, at the most usual pace."""
    paces = [track.time_of(track.samples - 1) / track.samples for track in tracks if track.kind != "other"]
    return _BEHIND * max(paces)


def _most_a_second(tracks: Iterable[Track]) -> Load:
    """Of any ten seconds; a gap is moved with the chunk before it."""
    placed = [
        (chunk, track, first) for track in tracks for chunk, first in zip(track.chunks, track.firsts, strict=True)
    ]
    placed.sort(key=lambda one: one[0].begin)
    begins = [*(chunk.begin for chunk, _, _ in placed), 0][1:]
    moved_in: dict[int, int] = {}
    held_in: dict[int, int] = {}
    for (chunk, track, first), after in zip(placed, begins, strict=True):
        bucket = int(track.time_of(first) // _BUCKET)
        end = after if 0 <= after - chunk.end <= GAP else chunk.end
        moved_in[bucket] = moved_in.get(bucket, 0) + end - chunk.begin
        held_in[bucket] = held_in.get(bucket, 0) + chunk.in_blocks.size
    return Load(*(-(-max(found.values(), default=0) // _BUCKET) for found in (moved_in, held_in)))
