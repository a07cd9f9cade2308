"""finish_film: the master playlist, the thumbnail and the result."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from roughcut.media.loudness import shortfall
from roughcut.media.package_command import audio_name
from roughcut.media.plan import Item, Plan
from roughcut.media.playlists import Rates, Variant, master_playlist
from roughcut.media.rates import decimal
from roughcut.media.storyboard import storyboard_of, vtt
from roughcut.media.thumbnails import Candidate, best
from roughcut.ports import MediaStore
from roughcut.stages.documents import read_document, write_document
from roughcut.stages.finished_items import as_finished, facts_of
from roughcut.stages.reporter import Reporter
from roughcut.stages.stage_job import StageJob

Package = Mapping[str, Any]  # what package_rung answers


def finish_film(
    job: StageJob, plan_key: str, packages: Sequence[Package], *, media: MediaStore, report: Reporter
) -> dict[str, Any]:
    """Writes what the rungs have in common, and result.json last."""
    plan = as_finished(Plan.from_dict(read_document(media, plan_key)), media)
    by_rung = {package["rung"]: package for package in packages}
    ordered = [by_rung[rung.name] for rung in plan.rungs]
    result = _result(plan, ordered)
    if plan.outputs.hls:
        result["hls"] = {"key": _write_master(job, plan, ordered, media)}
    if plan.outputs.thumbnail:
        result["thumbnail"] = {"key": _write_thumbnail(job, plan, media)}
    if plan.outputs.storyboard:
        result["storyboard"] = _write_cues(job, plan, media)
    key = write_document(media, f"{job.prefix}result.json", result)
    report.at(1)
    return {"result_key": key}


def _result(plan: Plan, packages: Sequence[Package]) -> dict[str, Any]:
    edit = plan.edit
    return {
        "duration": round(float(edit.duration), 3),
        "width": packages[0]["width"],
        "height": packages[0]["height"],
        "fps": decimal(edit.canvas.rate),
        "slides": [{"id": slide.id, "key": slide.key} for slide in edit.slides],
        "stitched": _rendition(packages[0]),
        "renditions": [_rendition(package) for package in packages] if plan.outputs.is_ladder else [],
        "skipped": [skipped.as_dict() for skipped in plan.skipped],
        "warnings": _warnings(plan, packages),
    }


def _warnings(plan: Plan, packages: Sequence[Package]) -> list[str]:
    if not plan.outputs.is_normalized:
        return list(plan.edit.warnings)
    short = filter(None, (shortfall(package["loudness"]) for package in packages))
    return [*plan.edit.warnings, *islice(short, 1)]


def _rendition(package: Package) -> dict[str, Any]:
    names = ("key", "width", "height", "bitrate", "size_bytes", "duration")
    return {"resolution": package["rung"], **{name: package[name] for name in names}}


def _write_master(job: StageJob, plan: Plan, packages: Sequence[Package], media: MediaStore) -> str:
    sounds = {
        audio_name(plan.rung(package["rung"])): Rates(**package["hls"]["audio"])
        for package in packages
        if "audio" in package["hls"]
    }
    variants = [_variant(plan, package, sounds) for package in packages]
    key = f"{job.prefix}hls/master.m3u8"
    media.write(key, master_playlist(variants).encode(), "application/vnd.apple.mpegurl")
    return key


def _variant(plan: Plan, package: Package, sounds: Mapping[str, Rates]) -> Variant:
    sound = audio_name(plan.rung(package["rung"]))
    return Variant(
        name=package["rung"],
        width=package["width"],
        height=package["height"],
        rate=decimal(plan.edit.canvas.rate),
        codec=package["codec"],
        audio=sound,
        video_rates=Rates(**package["hls"]["video"]),
        audio_rates=sounds[sound],
    )


def _write_thumbnail(job: StageJob, plan: Plan, media: MediaStore) -> str:
    candidates = {candidate: item for item in plan.pictures for candidate in _candidates(item, media)}
    chosen = best(candidates)
    key = f"{job.prefix}thumbnail.jpg"
    media.write(key, media.read(f"{candidates[chosen].key}/{chosen.file}"), "image/jpeg")
    return key


def _write_cues(job: StageJob, plan: Plan, media: MediaStore) -> dict[str, Any]:
    board = storyboard_of(plan.edit)
    key = f"{job.prefix}storyboard.vtt"
    media.write(key, vtt(board).encode(), "text/vtt")
    return {"key": key, "sheets": [job.prefix + name for name in board.sheets], **board.as_dict()}


def _candidates(item: Item, media: MediaStore) -> list[Candidate]:
    return [Candidate.from_dict(candidate) for candidate in facts_of(item, media)["thumbnails"]]
