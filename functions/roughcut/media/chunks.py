"""How a film is cut into items of work: chunks of pictures, and runs of sound.

Chunks are whole GOPs of the output timeline, so that joining them needs no re-encoding; runs are whole parts, because
sound is never cut within a decoder's run.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from roughcut.jobs.errors import PlanTooLarge
from roughcut.media.costs import ENCODER, MIB, MOST_FETCHED, chunk_length, fetched_load, memory_mib
from roughcut.media.edit import Edit, Part
from roughcut.media.fades import Fade, fade_of
from roughcut.media.ladder import Rung
from roughcut.media.rates import gop_frames, nominal
from roughcut.media.sources import Clip, Source

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
    starts = edit.starts
    index = bisect_right(starts, span.first) - 1
    found = []
    while index < len(starts) and starts[index] < span.end:
        part, start = edit.parts[index], starts[index]
        begin, end = max(start, span.first), min(start + part.frames, span.end)
        found.append(_piece(edit, part, begin - start, end - begin, begin))
        index += 1
    return found


def _piece(edit: Edit, part: Part, skipped: int, frames: int, at: int) -> Piece:
    source = edit.sources[part.source]
    if isinstance(source, Clip):
        return Piece(part.source, part.first + skipped, frames, at)
    fade = fade_of(source.fade, edit.canvas.rate, first=skipped, frames=frames, shown=part.frames)
    return Piece(part.source, 0, frames, at, fade)


def chunks(edit: Edit, rungs: Sequence[Rung]) -> list[Span]:
    """Spans of whole GOPs that cover the film once, as long as a worker may take. Raises `PlanTooLarge`."""
    refuse_endless(edit)
    lengths = [chunk_length(source, edit.canvas.rate, rungs) for source in edit.sources]
    spans: list[Span] = []
    for gop in _gops(edit):
        grown = spans and Span(spans[-1].first, spans[-1].frames + gop.frames)
        if grown and _is_in_time(edit, grown, lengths) and _excess(edit, grown, rungs) is None:
            spans[-1] = grown
        elif excess := _excess(edit, gop, rungs):
            raise PlanTooLarge(excess, clip=_only_clip(edit, gop))
        else:
            spans.append(gop)
    return spans


def audio_runs(edit: Edit) -> list[Span]:
    """Spans of whole parts that cover the film once, few and small enough to be one process each."""
    runs: list[Span] = []
    for part, start in zip(edit.parts, edit.starts, strict=True):
        grown = runs and Span(runs[-1].first, runs[-1].frames + part.frames)
        if grown and _is_one_run(edit, grown):
            runs[-1] = grown
        else:
            runs.append(Span(start, part.frames))
    return runs


def timed(edit: Edit, span: Span) -> Iterator[tuple[Source, Fraction]]:
    """The sources that a span shows, and for how many seconds."""
    return ((edit.sources[piece.source], piece.frames / edit.canvas.rate) for piece in pieces(edit, span))


def refuse_endless(edit: Edit) -> None:
    """Raises `PlanTooLarge`."""
    if edit.duration <= LONGEST_FILM_SECONDS:
        return
    length = f"{float(edit.duration / 3600):.1f} h long: {LONGEST_FILM_SECONDS // 3600} h is the most"
    longest = max(edit.parts, key=lambda part: part.frames)
    if not isinstance(clip := edit.sources[longest.source], Clip):
        raise PlanTooLarge(f"The film would be {length}.")
    hours = float(longest.frames / edit.canvas.rate / 3600)
    raise PlanTooLarge(f"The film would be {length}. Clip {clip.name!r} is {hours:.1f} h of it.", clip=clip.name)


def _gops(edit: Edit) -> Iterator[Span]:
    gop = gop_frames(edit.canvas.rate)
    for first in range(0, edit.frames, gop):
        yield Span(first, min(gop, edit.frames - first))


def _is_in_time(edit: Edit, span: Span, lengths: Sequence[int]) -> bool:
    """Each source takes the share of a worker's time that its own chunk length gives it."""
    rate = nominal(edit.canvas.rate)
    return sum(Fraction(piece.frames, lengths[piece.source] * rate) for piece in pieces(edit, span)) <= 1


def _excess(edit: Edit, span: Span, rungs: Sequence[Rung]) -> str | None:
    """What of a span is more than one process may have."""
    shown = [edit.sources[piece.source] for piece in pieces(edit, span)]
    second = float(span.first / edit.canvas.rate)
    only = _only_clip(edit, span)
    who = f"Clip {only!r}, {len(shown)} times" if only else f"{len(shown)} clips and slides"
    what = f"{who} in the 6 s of film after {second:g} s"
    if len(shown) > MOST_PIECES:
        return f"{what}: {MOST_PIECES} is the most."
    if (memory := memory_mib(shown, rungs)) > ENCODER.memory_mib:
        return f"{what} would need {memory} MiB of memory: {ENCODER.name} has {ENCODER.memory_mib} (its MemorySize)."
    if (held := fetched_load(timed(edit, span), "video").held) > MOST_FETCHED:
        limit = f"sources may have {MOST_FETCHED // MIB}, half of {ENCODER.name}'s EphemeralStorage"
        return f"{what} would take {held // MIB} MiB on disk: {limit}."
    return None


def _only_clip(edit: Edit, span: Span) -> str | None:
    sources = {edit.sources[piece.source] for piece in pieces(edit, span)}
    source = sources.pop()
    return source.name if not sources and isinstance(source, Clip) else None


def _is_one_run(edit: Edit, span: Span) -> bool:
    heard = list(timed(edit, span))
    is_short = span.frames <= MOST_RUN_SECONDS * nominal(edit.canvas.rate)
    return is_short and len(heard) <= MOST_PIECES and fetched_load(heard, "audio").held <= MOST_FETCHED
