"""Which bytes of a long MP4 or MOV a worker reads, so that it fetches no others.

What is taken is whole chunks of the file, and always too many rather than too few: FFmpeg opens the file, looks at its
first samples, seeks to a key frame and reads on a little behind the last picture that is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from roughcut.media.mp4_index import Index, Track
from roughcut.media.ranges import Range, merged, total

Kind = Literal["video", "audio"]

SMALLEST = 64 << 20  # bytes of a file that is worth it: fetching all of a smaller one takes a second
GAP = 256 << 10  # bytes between two ranges that are fetched as one: 8 requests at once of 25 ms cost as much
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
class Partial:
    """What reading a part of a file costs at most: bytes to open it, seconds around each stretch, bytes a second."""

    opening: int
    around: int
    video_rate: int
    audio_rate: int

    def needed(self, kind: Kind, seconds: Iterable[float]) -> int:
        rate = self.video_rate if kind == "video" else self.audio_rate
        return self.opening + round(rate * sum(length + self.around for length in seconds))


def opening(index: Index) -> list[Range]:
    """All that FFmpeg reads of the file before it seeks: the boxes, the first samples, the chapters."""
    found = list(index.frame)
    for track in index.tracks:
        found += track.chunks[:MOST_CHAPTERS] if track.is_chapters else _opened(track)
    return merged(found, GAP)


def read(index: Index, kind: Kind, stretches: Iterable[Stretch]) -> list[Range]:
    """The samples of the pictures or of the sound that are read for some stretches."""
    found = [one for stretch in stretches for one in _stretch(index, kind, stretch)]
    return merged(found, GAP)


def partial(index: Index) -> Partial | None:
    """None if there is nothing to be gained."""
    tracks = index.tracks
    if any(track.is_chapters and len(track.chunks) > MOST_CHAPTERS for track in tracks):
        return None
    around = 2 * _longest_gop(index.video) + 4 * _MARGIN + _most_behind(tracks)
    video_rate = _most_a_second([index.video])
    audio_rate = _most_a_second([track for track in tracks if track.kind == "audio"])
    return Partial(total(opening(index)), int(around) + 1, video_rate, audio_rate)


def _opened(track: Track) -> Iterator[Range]:
    """From the first sample that the edit list shows."""
    if not track.samples:
        return
    first = track.key_before(track.sample_at(track.shift))
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


def _most_a_second(tracks: Sequence[Track]) -> int:
    """The most bytes of any ten seconds and of the gaps between them that are fetched too."""
    return sum(map(_peak, tracks))


def _peak(track: Track) -> int:
    buckets: dict[int, int] = {}
    for number, chunk in enumerate(track.chunks):
        begin, end = chunk.begin, chunk.end
        if number + 1 < len(track.chunks) and 0 <= track.chunks[number + 1].begin - end <= GAP:
            end = track.chunks[number + 1].begin
        bucket = int(track.time_of(track.firsts[number]) // _BUCKET)
        buckets[bucket] = buckets.get(bucket, 0) + end - begin
    return -(-max(buckets.values(), default=0) // _BUCKET)
