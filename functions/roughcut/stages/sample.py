"""Samples a long clip while its file is at hand."""

from dataclasses import replace
from pathlib import Path

from roughcut.jobs.errors import EncodeFailed
from roughcut.media.density import SAMPLES, density, is_worth_sampling, sampled_stretches, samples_command
from roughcut.media.partial import read
from roughcut.media.sources import Clip
from roughcut.stages.partial_file import PartialFile
from roughcut.stages.room import Room


def sampled(clip: Clip, path: Path, room: Room, file: PartialFile | None = None) -> Clip:
    """The clip with its density; as it is if it is short, or if a sample cannot be decoded.

    `file` is what is at `path` if it has holes.
    """
    if not is_worth_sampling(clip):
        return clip
    if file and (index := file.index()):
        file.fetch(read(index, "video", sampled_stretches(clip)))
    folder = path.with_name(f"{path.name}-samples")
    folder.mkdir()
    try:
        room.encoder.run(samples_command(clip, path, folder), room.folder)
    except EncodeFailed:
        return clip
    return replace(clip, density=density(clip, [(folder / name).stat().st_size for name in SAMPLES]))
