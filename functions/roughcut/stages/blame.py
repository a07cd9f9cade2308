"""Whose fault it is: errors that one clip causes bear its name, in the sentence and as `clip`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from roughcut.jobs.errors import (
    EncodeFailed,
    PipelineError,
    PlanTooLarge,
    SlideFailed,
    SourceChanged,
    SourceMissing,
    SourceUnreadable,
)
from roughcut.media.chunks import pieces
from roughcut.media.plan import Item, Plan
from roughcut.media.sources import Clip

_OF_A_SOURCE = (EncodeFailed, PlanTooLarge, SlideFailed, SourceChanged, SourceMissing, SourceUnreadable)


@contextmanager
def naming(clip: str) -> Iterator[None]:
    """What goes wrong inside is this clip's, but for time and interruptions, which are nobody's."""
    try:
        yield
    except _OF_A_SOURCE as problem:
        _name(problem, clip)
        raise


def blame(plan: Plan, item: Item, problem: EncodeFailed, encode: Callable[[Item], object]) -> None:
    """Name the clip by which an item failed: the only one it shows, or the first that fails alone too."""
    if problem.clip is not None:
        return
    shown = (plan.edit.sources[piece.source] for piece in pieces(plan.edit, item.span))
    clips = {source.name for source in shown if isinstance(source, Clip)}
    name = clips.pop() if len(clips) == 1 else _failing_alone(plan, item, encode)
    if name is not None:
        _name(problem, name)


def _failing_alone(plan: Plan, item: Item, encode: Callable[[Item], object]) -> str | None:
    for piece in pieces(plan.edit, item.span):
        source = plan.edit.sources[piece.source]
        if not isinstance(source, Clip):
            continue
        try:
            encode(Item(item.kind, piece.at, piece.frames, item.key))
        except EncodeFailed:
            return source.name
        except PipelineError:
            return None  # its time is over, or the job's: the first error is the one to tell
    return None


def _name(problem: PipelineError, clip: str) -> None:
    problem.clip = problem.clip or clip
    if repr(clip) not in problem.problem:
        problem.problem = f"Clip {clip!r}: {problem.problem}"
