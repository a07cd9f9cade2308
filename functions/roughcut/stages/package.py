"""package_rung: the finished chunks of one rung and the film's sound, joined to files that play."""

from pathlib import Path
from typing import Any

from roughcut.jobs.errors import EncodeFailed
from roughcut.media.ladder import Rung
from roughcut.media.loudness import MEASURES, blocks_of, integrated
from roughcut.media.package_command import audio_name, split_command
from roughcut.media.packets import streams
from roughcut.media.plan import Plan
from roughcut.media.playlists import rates, segments, variant_codec
from roughcut.media.proof import picture_faults, sound_faults
from roughcut.ports import MediaStore
from roughcut.stages.documents import read_document
from roughcut.stages.finished_items import as_finished, facts_of
from roughcut.stages.join import join_film, join_pictures
from roughcut.stages.reporter import Reporter
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob
from roughcut.stages.storyboard import draw_storyboard


def package_rung(
    job: StageJob, plan_key: str, name: str, *, media: MediaStore, room: Room, report: Reporter
) -> dict[str, Any]:
    """Writes one rung's MP4 and HLS renditions; answers the facts `finish_film` needs. Raises `EncodeFailed`."""
    plan = as_finished(Plan.from_dict(read_document(media, plan_key)), media)
    rung = plan.rung(name)
    configuration = _one_configuration(plan, rung, media)
    film = join_film(plan, rung, media, room, report)
    video = rung.name if plan.outputs.hls else None
    audio = audio_name(rung) if plan.outputs.hls and plan.is_audio_leader(rung) else None
    fits_twice = room.free(room.folder) > film.stat().st_size
    keys = _split_and_prove(plan, rung, film, [video if fits_twice else None, audio], room)
    report.at(0.9)
    if plan.outputs.storyboard and rung == plan.rungs[-1]:
        draw_storyboard(job, plan, film, keys, media=media, room=room)
    report.at(0.95)
    key = f"renditions/{rung.name}.mp4" if plan.outputs.is_ladder else "stitched.mp4"
    media.upload(film, job.prefix + key, "video/mp4")
    facts = _facts(plan, rung, job.prefix + key, film.stat().st_size)
    film.unlink()
    if video and not fits_twice:
        join_pictures(plan, rung, video, media, room)
    named = {"video": video, "audio": audio}
    hls = {kind: _published(job, name, media, room) for kind, name in named.items() if name}
    report.at(1)
    return facts | {"codec": variant_codec(configuration), "hls": hls, "loudness": _loudness(plan, room)}


def _one_configuration(plan: Plan, rung: Rung, media: MediaStore) -> str:
    """The rung's avcC record, the same in all its chunks: a player gets it once, at the start."""
    found = {facts_of(item, media)["avcc"][rung.name] for item in plan.pictures}
    if len(found) != 1:
        raise EncodeFailed(f"The chunks of {rung.name} have {len(found)} different decoder configurations.")
    return str(found.pop())


def _split_and_prove(plan: Plan, rung: Rung, film: Path, names: list[str | None], room: Room) -> list[int]:
    """The frames that are key frames."""
    listing: list[str] = []
    command = split_command(plan.edit, film, *names, measured=plan.outputs.is_normalized)
    room.encoder.run(["-v", "error", *command], room.folder, listing.append)
    found = streams(listing)
    faults = picture_faults(found.get(0), plan.edit.frames, plan.edit.canvas.rate, has_gops=not plan.has_copies)
    faults += sound_faults(found.get(1), plan.edit.samples)
    if faults:
        raise EncodeFailed(f"The film at {rung.name} is not what was planned: {', '.join(faults)}.")
    return [
        round(packet.shown_at * found[0].tick * plan.edit.canvas.rate) for packet in found[0].packets if packet.is_key
    ]


def _loudness(plan: Plan, room: Room) -> float | None:
    """Of the finished film, as people hear it; None if it was not to be changed, or is silent."""
    if not plan.outputs.is_normalized:
        return None
    found = integrated([blocks_of((room.folder / MEASURES).read_text())])
    return None if found is None else round(found, 2)


def _published(job: StageJob, name: str, media: MediaStore, room: Room) -> dict[str, int]:
    """Upload a rendition and its playlist; its measured bits per second."""
    playlist = room.folder / f"{name}.m3u8"
    media.upload(room.folder / f"{name}.mp4", f"{job.prefix}hls/{name}.mp4", "video/mp4")
    media.upload(playlist, f"{job.prefix}hls/{name}.m3u8", "application/vnd.apple.mpegurl")
    measured = rates(segments(playlist.read_text()))
    return {"peak": measured.peak, "average": measured.average}


def _facts(plan: Plan, rung: Rung, key: str, size_bytes: int) -> dict[str, Any]:
    seconds = plan.edit.duration
    return {
        "rung": rung.name,
        "key": key,
        "width": rung.width,
        "height": rung.height,
        "size_bytes": size_bytes,
        "bitrate": round(8 * size_bytes / seconds),
        "duration": round(float(seconds), 3),
    }
