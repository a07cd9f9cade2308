"""How a film is cut into items of work: chunks of pictures, and runs of sound.

Chunks are whole GOPs of the output timeline, so that joining them needs no re-encoding; runs are whole parts, because
sound is never cut within a decoder's run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from roughcut.jobs.errors import PlanTooLarge
from roughcut.media.edit import Edit, Part
from roughcut.media.fades import Fade, fade_of
from roughcut.media.rates import gop_frames, nominal
from roughcut.media.sources import Clip

CHUNK_SECONDS = 60  # source: chunk overhead below 2 % and safe within 15 minutes for every measured film
DENSE_CHUNK_SECONDS = 30  # above 30 fps or 1440p: about the same work
MOST_PIECES = 24  # inputs of one encoder process: each is an open decoder
MOST_RUN_SECONDS = 1200  # of sound in one item
LONGEST_FILM_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the film in canvas frames."""

    first: int
    frames: int

    @property
    def end(self) -> int:
        return self.first + self.frames


@dataclass(frozen=True, slots=True)
class Piece:
    """What a span shows of one source: `frames` pictures from the source's frame `first`; `at` in the film.

    A slide is the same from any of its frames on: its `first` is always 0; where it fades, `fade` says which.
    """

    source: int
    first: int
    frames: int
    at: int
    fade: Fade | None = None


def pieces(edit: Edit, span: Span) -> list[Piece]:
    """What a span of the film consists of, in order."""
    found = []
    for part, start in zip(edit.parts, edit.starts, strict=True):
        begin, end = max(start, span.first), min(start + part.frames, span.end)
        if begin < end:
            found.append(_piece(edit, part, begin - start, end - begin, begin))
    return found


def _piece(edit: Edit, part: Part, skipped: int, frames: int, at: int) -> Piece:
    source = edit.sources[part.source]
    if isinstance(source, Clip):
        return Piece(part.source, part.first + skipped, frames, at)
    fade = fade_of(source.fade, edit.canvas.rate, first=skipped, frames=frames, shown=part.frames)
    return Piece(part.source, 0, frames, at, fade)


def chunks(edit: Edit, top_height: int) -> list[Span]:
    """Spans of whole GOPs that cover the film once. Raises `PlanTooLarge`."""
    refuse_endless(edit)
    gop = gop_frames(edit.canvas.rate)
    longest = _chunk_gops(edit.canvas.rate, top_height)
    counts = _pieces_per_gop(edit, gop)
    spans, first = [], 0
    for size in _group_sizes(counts, longest):
        spans.append(Span(first * gop, min(size * gop, edit.frames - first * gop)))
        first += size
    return spans


def audio_runs(edit: Edit) -> list[Span]:
    """Spans of whole parts that cover the film once, few enough to be one process each."""
    longest = MOST_RUN_SECONDS * nominal(edit.canvas.rate)
    runs: list[Span] = []
    count = 0
    for part, start in zip(edit.parts, edit.starts, strict=True):
        if runs and count < MOST_PIECES and runs[-1].frames + part.frames <= longest:
            runs[-1], count = Span(runs[-1].first, runs[-1].frames + part.frames), count + 1
        else:
            runs, count = [*runs, Span(start, part.frames)], 1
    return runs


def refuse_endless(edit: Edit) -> None:
    """Raises `PlanTooLarge`."""
    if edit.duration > LONGEST_FILM_SECONDS:
        hours = float(edit.duration / 3600)
        raise PlanTooLarge(f"The film would be {hours:.1f} h long: {LONGEST_FILM_SECONDS // 3600} h is the most.")


def _chunk_gops(rate: Fraction, top_height: int) -> int:
    seconds = DENSE_CHUNK_SECONDS if rate > 31 or top_height > 1440 else CHUNK_SECONDS
    return seconds * nominal(rate) // gop_frames(rate)


def _pieces_per_gop(edit: Edit, gop: int) -> list[int]:
    """How many parts each GOP shows."""
    counts = [0] * -(-edit.frames // gop)
    for part, start in zip(edit.parts, edit.starts, strict=True):
        for index in range(start // gop, (start + part.frames - 1) // gop + 1):
            counts[index] += 1
    if max(counts) > MOST_PIECES:
        second = float(counts.index(max(counts)) * gop / edit.canvas.rate)
        raise PlanTooLarge(
            f"{max(counts)} clips and slides share the 6 s of film after {second:g} s: {MOST_PIECES} is the most."
        )
    return counts


def _group_sizes(counts: list[int], longest: int) -> Iterator[int]:
    """How many GOPs each chunk takes: as many as it may, with no more pieces than one process may open."""
    size = total = 0
    for count in counts:
        if size and (size == longest or total + count > MOST_PIECES):
            yield size
            size = total = 0
        size, total = size + 1, total + count
    yield size
