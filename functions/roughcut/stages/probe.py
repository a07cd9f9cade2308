"""Fetches a clip, finds out what it is, and refuses what is not media."""

from pathlib import Path

from roughcut.jobs.errors import EncodeFailed, SourceMissing, SourceUnreadable
from roughcut.media.inspect_command import probe_command
from roughcut.media.magic import SNIFFED_BYTES, described, video_demuxer
from roughcut.media.packets import streams
from roughcut.media.probing import Origin, clip_from
from roughcut.media.sources import Clip
from roughcut.ports import MediaStore, StoredObject
from roughcut.stages.room import Room


def probe(name: str, key: str, *, media: MediaStore, room: Room, place: str) -> Clip:
    """The clip at `key`; `place` is a free name in the room. Raises `SourceMissing`, `SourceUnreadable`."""
    stored = media.find(key)
    if stored is None:
        raise SourceMissing(f"Clip {name!r} is not in the bucket: there is nothing at {key}.", clip=name)
    room.require(stored.size, f"Looking at clip {name!r}")
    path = room.folder / place
    media.download(key, path, etag=stored.etag)
    try:
        return _probed(name, stored, path, room)
    finally:
        path.unlink()


def _probed(name: str, stored: StoredObject, path: Path, room: Room) -> Clip:
    with path.open("rb") as file:
        head = file.read(SNIFFED_BYTES)
    demuxer = video_demuxer(head)
    if demuxer is None:
        raise SourceUnreadable(f"Clip {name!r} is not a video: it is {described(head)}.", clip=name)
    listing: list[str] = []
    try:
        report = room.encoder.run(probe_command(path, demuxer), room.folder, listing.append)
    except EncodeFailed as problem:
        raise SourceUnreadable(f"Clip {name!r} cannot be read: {_reason(problem)}", clip=name) from problem
    origin = Origin(name, stored.key, stored.etag, stored.size, demuxer)
    clip = clip_from(origin, report, streams(listing).values())
    if clip is None:
        raise SourceUnreadable(f"Clip {name!r} has no picture that can be decoded.", clip=name)
    return clip


def _reason(problem: EncodeFailed) -> str:
    if "matches no streams" in problem.problem:
        return "it has no video."
    return problem.problem
