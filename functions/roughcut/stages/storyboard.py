"""The sheets of a storyboard, drawn from a finished film."""

from collections.abc import Sequence
from pathlib import Path

from roughcut.jobs.errors import EncodeFailed
from roughcut.media.plan import Plan
from roughcut.media.storyboard import decoding_command, is_seekable, listing, seeking_command, storyboard_of
from roughcut.ports import MediaStore
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob

_SCRIPT = "storyboard.txt"


def draw_storyboard(
    job: StageJob, plan: Plan, film: Path, keys: Sequence[int], *, media: MediaStore, room: Room
) -> None:
    """`keys` are the film's key frames. Raises `EncodeFailed` if a sheet is missing."""
    board = storyboard_of(plan.edit)
    if is_seekable(board, keys):
        script = room.folder / _SCRIPT
        script.write_text(listing(board, film.name))
        room.encoder.run(seeking_command(board, script), room.folder)
    else:
        room.encoder.run(decoding_command(board, film), room.folder)
    drawn = [room.folder / name for name in board.sheets]
    if not all(sheet.is_file() for sheet in drawn):
        raise EncodeFailed(f"The storyboard has fewer than {len(drawn)} sheets.")
    for sheet in drawn:
        media.upload(sheet, job.prefix + sheet.name, "image/jpeg")
