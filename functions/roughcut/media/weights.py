"""How much of a film's rendering each of its items is, so that progress moves at the pace of the work."""

from roughcut.media.chunks import pieces
from roughcut.media.costs import aac_seconds, processor_seconds, sound_seconds
from roughcut.media.foresight import Crew
from roughcut.media.ladder import THREADS
from roughcut.media.plan import Item, Plan

_START = 0.5  # processor seconds of any step: fetching, starting, proving, storing
_COPIED = 0.02  # for a second of pictures that are copied


def weights(plan: Plan) -> list[float]:
    """One for each item, their mean 1."""
    costs = [_cost(plan, item) for item in plan.items]
    mean = sum(costs) / len(costs)
    return [cost / mean for cost in costs]


def work_done(plan: Plan, item: Item, frames: int) -> float:
    """0..1 of a chunk, of which so many frames are encoded: slides are quick."""
    done, left, shown = 0.0, frames, _pieces(plan, item)
    for length, cost in shown:
        taken = min(left, length)
        done, left = done + cost * taken / length, left - taken
    return done / sum(cost for _, cost in shown)


def packaging_share(plan: Plan, crew: Crew) -> float:
    """0..1: what joining the rungs takes of all the time after the plan."""
    encoding = sum(_cost(plan, item) for item in plan.items) / THREADS
    encoding /= min(crew.workers, len(plan.items))
    packaging = len(plan.rungs) * (_START + aac_seconds(plan.edit)) / min(crew.packagers, len(plan.rungs))
    return packaging / (packaging + encoding)


def _cost(plan: Plan, item: Item) -> float:
    """Processor seconds."""
    seconds = float(item.frames / plan.edit.canvas.rate)
    if item.kind == "audio":
        return _START + sound_seconds(seconds)
    if item.kind == "copy":
        return _START + _COPIED * seconds
    return _START + sum(cost for _, cost in _pieces(plan, item))


def _pieces(plan: Plan, item: Item) -> list[tuple[int, float]]:
    """Frames and processor seconds of each piece of a chunk."""
    sources, shown = plan.edit.sources, pieces(plan.edit, item.span)
    return [(piece.frames, processor_seconds(sources[piece.source], piece.frames, plan.rungs)) for piece in shown]
