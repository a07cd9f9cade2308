"""Copying: whether a clip can be, and the item of a plan that does it."""

from pathlib import Path
from typing import Any

from roughcut.jobs.errors import EncodeFailed
from roughcut.media.chunks import pieces
from roughcut.media.copy_command import copy_command, packets_command, sample_command
from roughcut.media.copying import Copyable, copyable, depth_of
from roughcut.media.edit import Canvas
from roughcut.media.inspect_command import proof_command
from roughcut.media.ladder import own_rung
from roughcut.media.mp4 import PictureEntry, avc_configuration, picture_entry
from roughcut.media.packets import streams
from roughcut.media.plan import Item, Plan
from roughcut.media.proof import picture_faults
from roughcut.media.sources import Clip
from roughcut.media.thumbnails import MEASURES, Candidate, printed_frames, scored, spread_filters, thumbnail_output
from roughcut.stages.finished_items import Written
from roughcut.stages.room import Room

_SAMPLE = "sample.mp4"


def look_whether_copyable(clip: Clip, path: Path, room: Room) -> Copyable | None:
    """What copying has to know of the clip at `path`; None if it cannot be copied, or only with a complaint."""
    entry = _entry(path)
    if entry is None:
        return None
    listing: list[str] = []
    try:
        complaints = room.encoder.run(packets_command(path), room.folder, listing.append)
    except EncodeFailed:
        return None
    return None if complaints else copyable(clip, entry, listing)


def own_entry(canvas: Canvas, room: Room) -> PictureEntry | None:
    """How our own encoder describes the pictures of a film of one rung."""
    film = room.folder / _SAMPLE
    room.encoder.run(sample_command(canvas, own_rung(canvas), film), room.folder)
    return _entry(film)


def copy_pictures(plan: Plan, item: Item, path: Path, *, room: Room) -> Written:
    """Raises `EncodeFailed`, naming the clip, if what was written is not all of it."""
    (piece,) = pieces(plan.edit, item.span)
    clip = plan.edit.sources[piece.source]
    assert isinstance(clip, Clip)
    film = room.folder / f"{plan.rungs[0].name}.mp4"
    room.encoder.run(copy_command(plan.edit.canvas, clip, path, film), room.folder)
    depth = _prove(plan, item, clip, film, room)
    candidates = _candidates(plan, item, room)
    facts: dict[str, Any] = {
        "avcc": {plan.rungs[0].name: _configuration(film)},
        "depth": depth,
        "thumbnails": [candidate.as_dict() for candidate in candidates],
    }
    return [film, *(room.folder / candidate.file for candidate in candidates)], facts


def _prove(plan: Plan, item: Item, clip: Clip, film: Path, room: Room) -> int:
    """Lists its packets and decodes its key frames, those for the thumbnail on the way; the depth of reordering."""
    listing: list[str] = []
    room.encoder.run([*proof_command([film]), *_thumbnails(plan, item)], room.folder, listing.append)
    stream = streams(listing).get(0)
    faults = picture_faults(stream, item.frames, plan.edit.canvas.rate, has_gops=False)
    if stream is None or faults:
        raise EncodeFailed(f"Clip {clip.name!r} was not copied whole: {', '.join(faults)}.", clip=clip.name)
    return depth_of(stream)


def _thumbnails(plan: Plan, item: Item) -> list[str]:
    return ["-filter_complex", f"[0:v:0]{spread_filters(item.frames / plan.edit.canvas.rate)}", *thumbnail_output()]


def _candidates(plan: Plan, item: Item, room: Room) -> list[Candidate]:
    measures = (room.folder / MEASURES).read_text()
    frames = [item.first + frame for frame in printed_frames(measures, plan.edit.canvas.rate)]
    return scored(plan.edit, item.span, frames, measures)


def _entry(path: Path) -> PictureEntry | None:
    with path.open("rb") as file:
        return picture_entry(file)


def _configuration(film: Path) -> str:
    with film.open("rb") as file:
        return avc_configuration(file).hex()
