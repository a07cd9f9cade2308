"""Uploaded images: fetched, judged by their header, made into opaque PNGs."""

from pathlib import Path

from roughcut.jobs.errors import EncodeFailed, SlideFailed, SourceMissing
from roughcut.media.inspect_command import image_command
from roughcut.media.magic import SNIFFED_BYTES, described, image_demuxer
from roughcut.media.slides import LONGEST_SIDE, SlideSpec
from roughcut.media.stills import MOST_PIXELS, MOST_SIDE, is_too_large, still_size
from roughcut.ports import MediaStore
from roughcut.stages.blame import naming
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob


class ImageRefused(Exception):
    """What an uploaded image is instead of one that can be shown."""


def still_image(job: StageJob, spec: SlideSpec, media: MediaStore, room: Room) -> bytes:
    """The image of an image slide, no larger than the largest canvas. Raises `SlideFailed`, `SourceMissing`."""
    name, opaque = spec.content["name"], room.folder / "image.png"
    given = _fetched(job, spec, media, room)
    try:
        room.encoder.run(image_command(given, _demuxer(given), LONGEST_SIDE, opaque.name), room.folder)
    except ImageRefused as refused:
        raise SlideFailed(f"Slide {spec.id!r}: {name!r} is {refused}.", clip=name) from refused
    except EncodeFailed as problem:
        raise SlideFailed(f"Slide {spec.id!r}: {name!r} cannot be read: {problem.problem}", clip=name) from problem
    return opaque.read_bytes()


def _fetched(job: StageJob, spec: SlideSpec, media: MediaStore, room: Room) -> Path:
    name, path = spec.content["name"], room.folder / "image"
    key = f"{job.session_prefix}slides/{name}"
    found = media.find(key)
    if found is None:
        raise SourceMissing(f"Slide {spec.id!r} shows the image {name!r}, which is not at {key}.", clip=name)
    with naming(name):
        room.require(found.size, f"Slide {spec.id!r} with the image {name!r}")
    media.download(key, path)
    return path


def _demuxer(path: Path) -> str:
    """By the first bytes, the size by the header. Raises `ImageRefused`."""
    with path.open("rb") as file:
        head = file.read(SNIFFED_BYTES)
        demuxer = image_demuxer(head)
        if demuxer is None:
            raise ImageRefused(f"{described(head)}, not a PNG, JPEG or WebP image")
        size = still_size(file, demuxer)
    if size and is_too_large(size):
        most = f"a still may have {MOST_SIDE:,} a side and {MOST_PIXELS // 1_000_000} million in all"
        raise ImageRefused(f"{size.width:,} x {size.height:,} pixels: {most}")
    return demuxer
