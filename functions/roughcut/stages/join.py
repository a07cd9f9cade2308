"""Fetches the chunks of a rung and joins them; the disk never holds much more than all of them once."""

from collections.abc import Iterable
from pathlib import Path

from roughcut.media.audio_command import FILE as AUDIO_FILE
from roughcut.media.inputs import listing_of
from roughcut.media.ladder import Rung
from roughcut.media.loudness import gain_for, integrated, louder
from roughcut.media.package_command import film_command, pictures_command
from roughcut.media.plan import Item, Plan
from roughcut.media.rates import microseconds_at
from roughcut.ports import MediaStore
from roughcut.stages.finished_items import facts_of
from roughcut.stages.reporter import FFMPEG_PROGRESS, Reporter
from roughcut.stages.room import Room

_FILM = "film.mp4"


def join_film(plan: Plan, rung: Rung, media: MediaStore, room: Room, report: Reporter) -> Path:
    """One MP4 of all chunks and the film's sound, its index in front. Each chunk goes as soon as it is read."""
    pictures = _fetched(plan.pictures, f"{rung.name}.mp4", media, room)
    sound = _fetched(plan.sound, AUDIO_FILE, media, room)
    film = room.folder / _FILM
    filters = louder(_gain(plan, media)) if plan.outputs.is_normalized else None
    shown, heard = (_listing(plan, files, room) for files in (pictures, sound))
    command = film_command(plan.edit, rung, shown, heard, film, depth=_depth(plan, media), filters=filters)

    def joined(frames: int) -> float:
        remove_read(pictures, frames)
        return 0.8 * frames / plan.edit.frames

    room.encoder.run([*FFMPEG_PROGRESS, "-v", "error", *command], room.folder, report.frames(joined))
    for file in sound.values():
        file.unlink()
    return film


def join_pictures(plan: Plan, rung: Rung, name: str, media: MediaStore, room: Room) -> None:
    """The HLS rendition `name`, bit for bit what would be split off the film, from the chunks fetched once more."""
    pictures = _fetched(plan.pictures, f"{rung.name}.mp4", media, room)
    command = pictures_command(plan.edit, _listing(plan, pictures, room), name, depth=_depth(plan, media))

    def joined(line: str) -> None:
        key, _, value = line.partition("=")
        if key == "frame":
            remove_read(pictures, int(value))

    often = ("-stats_period", "0.1")  # nothing is encoded: in a second, a gigabyte may be read
    room.encoder.run([*FFMPEG_PROGRESS, *often, "-v", "error", *command], room.folder, joined)


def remove_read(files: dict[Item, Path], frames: int) -> None:
    """Remove the chunks of which every frame is among the first so many of the film."""
    for item, file in files.items():
        if item.span.end <= frames:
            file.unlink(missing_ok=True)


def _fetched(items: Iterable[Item], file: str, media: MediaStore, room: Room) -> dict[Item, Path]:
    files = {item: room.folder / f"{index}-{file}" for index, item in enumerate(items)}
    for item, path in files.items():
        media.download(f"{item.key}/{file}", path)
    return files


def _listing(plan: Plan, files: dict[Item, Path], room: Room) -> Path:
    """Each file with its exact length."""
    entries = []
    for item, path in files.items():
        begin, end = (microseconds_at(frame, plan.edit.canvas.rate) for frame in (item.first, item.span.end))
        entries.append((path.name, end - begin))
    listing = room.folder / f"{next(iter(files.values())).name}.txt"
    listing.write_text(listing_of(entries))
    return listing


def _gain(plan: Plan, media: MediaStore) -> float:
    """The same for every rung: it comes from what was measured of the film's sound, run by run."""
    runs = [facts_of(item, media)["loudness"] for item in plan.sound]
    return gain_for(integrated({int(tenths): count for tenths, count in run.items()} for run in runs))


def _depth(plan: Plan, media: MediaStore) -> int | None:
    """Of the deepest reordering in a film with copied parts; where all is encoded, it is the same all along."""
    return max(facts_of(item, media)["depth"] for item in plan.pictures) if plan.has_copies else None
