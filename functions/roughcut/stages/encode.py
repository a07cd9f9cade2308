"""encode_chunk: one item of a plan, a chunk of pictures at every rung or a run of sound."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from roughcut.jobs.errors import ChunkUnfinished, EncodeFailed, TimedOut
from roughcut.jobs.speed import REUSED
from roughcut.media.audio_command import FILE as AUDIO_FILE
from roughcut.media.audio_command import audio_command, run_samples
from roughcut.media.chunk_command import chunk_command
from roughcut.media.chunks import pieces
from roughcut.media.copying import depth_of
from roughcut.media.flac import FLAC_HEAD_BYTES, flac_samples
from roughcut.media.inspect_command import proof_command
from roughcut.media.loudness import MEASURES as LOUDNESS
from roughcut.media.loudness import blocks_of
from roughcut.media.mp4 import avc_configuration
from roughcut.media.packets import streams
from roughcut.media.plan import Item, Plan
from roughcut.media.proof import picture_faults
from roughcut.media.rates import gop_frames
from roughcut.media.thumbnails import MEASURES, candidate_frames, scored
from roughcut.media.weights import weights, work_done
from roughcut.ports import MediaStore
from roughcut.stages.blame import blame
from roughcut.stages.copy_pictures import copy_pictures
from roughcut.stages.documents import read_document
from roughcut.stages.fetching import fetched
from roughcut.stages.finished_items import Written, finish, finish_in_parts, is_finished
from roughcut.stages.halving import halve, parts_of, unfinished
from roughcut.stages.reporter import FFMPEG_PROGRESS, Reporter
from roughcut.stages.room import Room


def encode_item(
    plan_key: str,
    index: int,
    *,
    media: MediaStore,
    room: Room,
    report: Reporter,
    is_overdue: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Encodes what nobody has encoded before. Raises `EncodeFailed`, `EncoderKilled`, `SourceChanged`, `TimedOut`.

    And `ChunkUnfinished`, if only this worker's time was over, and not, as `is_overdue` tells, the job's.
    """
    plan = Plan.from_dict(read_document(media, plan_key))
    item = plan.items[index]
    reused = is_finished(item, media)
    report = report.weighing(weights(plan)[index])
    if reused:
        report.expect(REUSED, 1)
    else:
        _encode(plan, item, media, room, report, is_overdue)
    report.at(1)
    seconds = float(item.frames / plan.edit.canvas.rate)
    return {"item": index, "reused": reused, "kind": item.kind, "film_seconds": seconds}


def _encode(
    plan: Plan, item: Item, media: MediaStore, room: Room, report: Reporter, is_overdue: Callable[[], bool]
) -> None:
    gop = gop_frames(plan.edit.canvas.rate)
    parts = parts_of(item, gop, media)
    for number, part in enumerate(unfinished(parts, media)):
        try:
            _encode_part(plan, part, media, room, report)
        except TimedOut as late:
            # A part that was begun in the middle of the time may well fit the whole of it.
            if is_overdue() or (number == 0 and not halve(part, gop, media)):
                raise
            raise ChunkUnfinished(late.problem) from late
    if parts != [item]:
        finish_in_parts(item, parts, media)


def _encode_part(plan: Plan, part: Item, media: MediaStore, room: Room, report: Reporter) -> None:
    def encoded(item: Item) -> Written:
        return _ENCODERS[item.kind](plan, item, media, room, report)

    try:
        files, facts = encoded(part)
    except EncodeFailed as problem:
        blame(plan, part, problem, encoded)
        raise
    finish(part, files, facts, media)


def _encode_pictures(plan: Plan, item: Item, media: MediaStore, room: Room, report: Reporter) -> Written:
    sources = fetched(plan, item, media, room)
    frames = candidate_frames(plan.edit, item.span)
    within = [frame - item.first for frame in frames]
    command = chunk_command(plan.edit, item.span, plan.rungs, within, sources.files)
    sources.run([*FFMPEG_PROGRESS, "-v", "error", *command], report.frames(partial(work_done, plan, item)))
    films = [room.folder / f"{rung.name}.mp4" for rung in plan.rungs]
    depth = _prove(plan, item, films, room)
    candidates = scored(plan.edit, item.span, frames, (room.folder / MEASURES).read_text())
    facts = {
        "avcc": {rung.name: _configuration(film) for rung, film in zip(plan.rungs, films, strict=True)},
        "depth": depth,
        "thumbnails": [candidate.as_dict() for candidate in candidates],
    }
    return [*films, *(room.folder / candidate.file for candidate in candidates)], facts


def _encode_sound(plan: Plan, item: Item, media: MediaStore, room: Room, report: Reporter) -> Written:
    sources = fetched(plan, item, media, room)
    command = audio_command(plan.edit, item.span, sources.files)
    samples = run_samples(plan.edit, item.span)
    microseconds = report.microseconds(round(item.frames * 1_000_000 / plan.edit.canvas.rate))
    sources.run([*FFMPEG_PROGRESS, "-v", "error", *command], microseconds)
    sound = room.folder / AUDIO_FILE
    with sound.open("rb") as file:
        found = flac_samples(file.read(FLAC_HEAD_BYTES))
    if found != samples:
        raise EncodeFailed(f"A run of sound has {found} samples instead of {samples}.")
    return [sound], {"samples": samples, "loudness": blocks_of((room.folder / LOUDNESS).read_text())}


def _copy_pictures(plan: Plan, item: Item, media: MediaStore, room: Room, report: Reporter) -> Written:
    (piece,) = pieces(plan.edit, item.span)
    files = fetched(plan, item, media, room).files
    report.at(0.5)
    return copy_pictures(plan, item, files[piece.source], room=room)


def _prove(plan: Plan, item: Item, films: list[Path], room: Room) -> int:
    """The depth of reordering."""
    listing: list[str] = []
    room.encoder.run(proof_command(films), room.folder, listing.append)
    found = streams(listing)
    for index, rung in enumerate(plan.rungs):
        faults = picture_faults(found.get(index), item.frames, plan.edit.canvas.rate)
        if faults:
            raise EncodeFailed(f"A chunk at {rung.name} is not what was planned: {', '.join(faults)}.")
    return max(depth_of(stream) for stream in found.values())


def _configuration(film: Path) -> str:
    with film.open("rb") as file:
        return avc_configuration(file).hex()


_ENCODERS = {"video": _encode_pictures, "audio": _encode_sound, "copy": _copy_pictures}
