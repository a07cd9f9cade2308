"""Whether a planned film fits the workers that will make it, and how long that will take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roughcut.jobs.errors import PlanTooLarge
from roughcut.media.chunks import Span, pieces, timed
from roughcut.media.costs import (
    ENCODER,
    LENGTHS,
    MIB,
    MOST_ENCODERS,
    PACKAGER,
    Worker,
    aac_seconds,
    fetched_load,
    flac_bytes,
    picture_bytes,
    processor_seconds,
    sound_seconds,
)
from roughcut.media.ladder import Rung
from roughcut.media.partial import Load
from roughcut.media.plan import Item, Plan
from roughcut.media.sources import Clip, Source

MOST_ITEMS = 3000  # of the Map: seven events each, of the 25,000 that an execution may have
_WAYS = 60  # seconds between the steps: queueing, cold starts, the finish


@dataclass(frozen=True, slots=True)
class Crew:
    """`workers` encode at once; `packagers` join rungs at once; no film may take more than `most_minutes`.

    `invoked` is the MaxConcurrency of the state machine's Map of chunks: no more are begun at once, however few work.
    """

    workers: float
    packagers: float
    most_minutes: int
    invoked: int = MOST_ENCODERS


@dataclass(frozen=True, slots=True)
class Step:
    """One invocation of a worker, as it is foreseen."""

    name: str
    worker: Worker
    seconds: float
    disk_bytes: float

    def refuse(self) -> None:
        """Raises `PlanTooLarge` with the figure and the limit."""
        worker = self.worker
        if self.seconds > worker.seconds:
            limit = f"{worker.name} ends after {worker.seconds} s (its Timeout)"
            raise PlanTooLarge(f"{self.name} would take {self.seconds:.0f} s: {limit}.")
        if self.disk_bytes > worker.disk_mib * MIB:
            needed, limit = self.disk_bytes / MIB, f"{worker.name} has {worker.disk_mib} MiB (its EphemeralStorage)"
            raise PlanTooLarge(f"{self.name} would need {needed:.0f} MiB of disk: {limit}.")


def planned_seconds(plan: Plan, crew: Crew) -> float:
    """From the plan to the finished film. Raises `PlanTooLarge` if a step would not fit its worker."""
    if len(plan.items) > MOST_ITEMS:
        raise PlanTooLarge(f"The film needs {len(plan.items)} items of work: {MOST_ITEMS} is the most.")
    encoding, packaging = steps(plan)
    for step in (*encoding, *packaging):
        step.refuse()
    seconds = _WAYS + shared([step.seconds for step in encoding], crew.workers)
    return seconds + shared([step.seconds for step in packaging], crew.packagers)


def steps(plan: Plan) -> tuple[list[Step], list[Step]]:
    """Of encoding, one for each item; of joining, one for each rung."""
    return [_item_step(plan, item) for item in plan.items], [_package_step(plan, rung) for rung in plan.rungs]


def item_load(plan: Plan, item: Item) -> Load:
    """What a worker fetches for an item: what is copied is needed whole."""
    if item.kind == "copy":
        size = sum(source.size_bytes for source, _ in _shown(plan, item.span) if isinstance(source, Clip))
        return Load(size, size)
    return fetched_load(timed(plan.edit, item.span), item.kind)


def deadline_ms(planned: float, crew: Crew, *, now_ms: int, given_ms: int) -> int:
    """Twice the planned time from now on, if that is later than the deadline given. Raises `PlanTooLarge`."""
    if 2 * planned > crew.most_minutes * 60:
        figures = f"{planned / 60:.0f} minutes with {crew.workers:.3g} workers, and is given twice that"
        raise PlanTooLarge(f"The film would take {figures}: MAX_JOB_MINUTES is {crew.most_minutes}.")
    return max(given_ms, now_ms + round(2000 * planned))


def shared(seconds: Sequence[float], workers: float) -> float:
    """No order of steps takes longer than all of them shared out evenly, and the rest of the longest after that."""
    if workers >= len(seconds):
        return max(seconds)
    return sum(seconds) / workers + max(0.0, 1 - 1 / workers) * max(seconds)


def _item_step(plan: Plan, item: Item) -> Step:
    shown = list(_shown(plan, item.span))
    load = item_load(plan, item)
    if item.kind == "video":
        work = sum(processor_seconds(source, frames, plan.rungs) for source, frames in shown)
    else:
        work = sound_seconds(float(item.frames / plan.edit.canvas.rate))
    return Step(_named(plan, item, shown), ENCODER, ENCODER.seconds_for(work, load.moved), 2 * load.held)


def _package_step(plan: Plan, rung: Rung) -> Step:
    """Chunks and sound are fetched and joined to a film; each chunk goes when it is read, a second later at most.

    HLS is a copy of the film; where both do not fit, the film goes first and its chunks are fetched once more.
    """
    pictures, sound = picture_bytes(plan.edit, rung), flac_bytes(plan.edit)
    being_read = min(pictures, 2 * LENGTHS[0] * rung.maxrate * 125) if not plan.has_copies else pictures
    fits_twice = not plan.outputs.hls or 2 * pictures <= PACKAGER.disk_mib * MIB
    moved = (3 if fits_twice else 4) * pictures + sound
    encoded = 125 * rung.audio * float(plan.edit.duration)
    needed = max(pictures + being_read + sound + encoded, 2 * pictures if plan.outputs.hls and fits_twice else 0)
    seconds = PACKAGER.seconds_for(aac_seconds(plan.edit), moved)
    return Step(f"Joining the film at {rung.name}", PACKAGER, seconds, needed)


def _shown(plan: Plan, span: Span) -> Iterator[tuple[Source, int]]:
    for piece in pieces(plan.edit, span):
        yield plan.edit.sources[piece.source], piece.frames


def _named(plan: Plan, item: Item, shown: Sequence[tuple[Source, int]]) -> str:
    second = float(item.first / plan.edit.canvas.rate)
    kind = "sound" if item.kind == "audio" else "pictures"
    clips = [repr(source.name) for source, _ in shown if isinstance(source, Clip)]
    of = f" of {clips[0]}" if len(set(clips)) == 1 else ""
    return f"Rendering the {kind}{of} from {second:g} s on"
