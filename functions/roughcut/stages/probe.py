"""Fetches a clip, finds out what it is, and refuses what is not media."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from roughcut.jobs.errors import EncodeFailed, PlanTooLarge, SourceMissing, SourceUnreadable
from roughcut.jobs.tenancy import outer_key
from roughcut.media.copying import LARGEST_COPY
from roughcut.media.inspect_command import probe_command
from roughcut.media.magic import SNIFFED_BYTES, described, video_demuxer
from roughcut.media.mp4_index import read_index
from roughcut.media.packets import Listing, Stream
from roughcut.media.partial import SMALLEST, Partial, opening, partial
from roughcut.media.probing import Origin, clip_from, sound_fault
from roughcut.media.ranges import on_disk
from roughcut.media.remux_command import is_clock_broken, lacks_index
from roughcut.media.sources import Clip
from roughcut.ports import MediaStore, StoredObject
from roughcut.stages.partial_file import PartialFile
from roughcut.stages.remux import remux
from roughcut.stages.room import Room
from roughcut.stages.sample import sampled


def probe(
    name: str,
    key: str,
    *,
    media: MediaStore,
    room: Room,
    place: str,
    also: Callable[[Clip, Path], None] | None = None,
    samples: bool = True,
    smallest: int = SMALLEST,
    most_whole: int | None = None,
) -> Clip:
    """The clip at `key`; `place` is a free name in the room. Raises `SourceMissing`, `SourceUnreadable`.

    `also` looks at the clip's whole file while it is there, if it can be copied at all; with `samples`, a long clip is
    sampled. A clip of `smallest` bytes and more is read in parts; `PlanTooLarge` if it cannot be and has more than
    `most_whole`.
    """
    stored = media.find(key)
    if stored is None:
        raise SourceMissing(f"Clip {name!r} is not in the bucket: there is nothing at {outer_key(key)}.", clip=name)
    path = room.folder / place
    try:
        is_large = stored.size >= smallest
        is_whole = not is_large or (also and stored.size <= LARGEST_COPY)
        file = None if is_whole else _opened(stored, path, media)
        if file is None:
            _refuse_long(name, stored.size, most_whole)
            room.require(stored.size, f"Looking at clip {name!r}")
            media.download(key, path, etag=stored.etag)
        clip = replace(_probed(name, stored, path, room), partial=_partial(path, stored) if is_large else None)
        if samples:
            clip = sampled(clip, path, room, file)
        if also and file is None:
            also(clip, path)
        return clip
    finally:
        path.unlink(missing_ok=True)


def _refuse_long(name: str, size: int, most: int | None) -> None:
    if most is not None and size > most:
        told = f"only all of its {size >> 20} MiB would tell what it is, and {most >> 20} MiB are read at most"
        raise PlanTooLarge(f"Clip {name!r} has no index at hand: {told}.", clip=name)


def _opened(stored: StoredObject, path: Path, media: MediaStore) -> PartialFile | None:
    """As much of a long clip as tells what it is; None if it has to be fetched whole."""
    file = PartialFile(stored, path, media)
    index = file.index() if video_demuxer(file.read(SNIFFED_BYTES)) == "mov" else None
    if index is None or 2 * on_disk(opening(index)) > stored.size:
        return None
    file.fetch(opening(index))
    return file


def _partial(path: Path, stored: StoredObject) -> Partial | None:
    """What reading parts of a clip takes; its moov is on disk, whatever else is."""
    with path.open("rb") as file:
        index = read_index(file, stored.size)
    return partial(index) if index else None


def _probed(name: str, stored: StoredObject, path: Path, room: Room) -> Clip:
    with path.open("rb") as file:
        head = file.read(SNIFFED_BYTES)
    demuxer = video_demuxer(head)
    if demuxer is None:
        raise SourceUnreadable(f"Clip {name!r} is not a video: it is {described(head)}.", clip=name)
    try:
        clip = _seen(Origin(name, stored.key, stored.etag, stored.size, demuxer), path, room)
    except EncodeFailed as problem:
        raise SourceUnreadable(f"Clip {name!r} cannot be read: {_reason(problem)}", clip=name) from problem
    if clip is None:
        raise SourceUnreadable(f"Clip {name!r} has no picture that can be decoded.", clip=name)
    return clip


def _seen(origin: Origin, path: Path, room: Room) -> Clip | None:
    """What FFmpeg sees of a file; of its remux, if it is one that workers remux."""
    if lacks_index(origin.demuxer) and remux(path, origin.demuxer, room):
        origin = origin.remuxed()
    report, found = _listed(origin, path, room)
    if is_clock_broken(origin.demuxer, found) and remux(path, origin.demuxer, room):
        origin = origin.remuxed()
        report, found = _listed(origin, path, room)
    return clip_from(origin, report, found)


def _listed(origin: Origin, path: Path, room: Room) -> tuple[str, list[Stream]]:
    listing = Listing()
    report = room.encoder.run(probe_command(path, origin.demuxer), room.folder, listing.add)
    if fault := sound_fault(report):
        raise EncodeFailed(fault)
    return report, list(listing.streams().values())


def _reason(problem: EncodeFailed) -> str:
    if "matches no streams" in problem.problem:
        return "it has no video."
    if "no decoder found" in problem.problem:
        return "its codec is unknown."
    if refused := re.search(r"Codec \((\w+)\) not on whitelist", problem.problem):
        return f"its codec, {refused[1]}, is not one that is decoded here."
    return problem.problem
