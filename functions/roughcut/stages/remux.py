"""Puts a seekable copy in the place of a fetched file."""

from pathlib import Path

from roughcut.jobs.errors import EncodeFailed
from roughcut.media.remux_command import remux_command
from roughcut.stages.room import Room


def remux(path: Path, demuxer: str, room: Room) -> bool:
    """Replace a file by its remux; False, and the file as it was, if it holds what cannot be copied so."""
    written = path.with_name(f"{path.name}-remuxed")
    try:
        room.encoder.run(remux_command(path, demuxer, written.name), room.folder)
    except EncodeFailed:
        written.unlink(missing_ok=True)
        return False
    written.replace(path)
    return True
