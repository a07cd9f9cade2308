"""stitch_video: look at every clip, decide the film, write it down as an Edit."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from roughcut.media.copying import Copyable, with_copies
from roughcut.media.density import MOST_SAMPLED
from roughcut.media.edit import Edit
from roughcut.media.sources import Clip, Slide
from roughcut.media.timeline import Cut, decide, steps
from roughcut.ports import MediaStore
from roughcut.stages.blame import naming
from roughcut.stages.copy_pictures import look_whether_copyable, own_entry
from roughcut.stages.documents import payload_of, read_document, write_document
from roughcut.stages.optimize_input import optimize_edit
from roughcut.stages.probe import probe
from roughcut.stages.reporter import Reporter
from roughcut.stages.room import Room
from roughcut.stages.slides import slides_key
from roughcut.stages.stage_job import StageJob

_AT_ONCE = 2  # probes: fetching one clip overlaps with reading another

LookAt = Callable[[Clip, Path], None]


def stitch_video(job: StageJob, *, media: MediaStore, room: Room, report: Reporter) -> dict[str, Any]:
    """Writes edit.json. Raises `SourceMissing` and `SourceUnreadable` naming the clip."""
    payload = payload_of(media, job)
    if job.job_type == "optimize_video":
        edit = optimize_edit(job, payload, media=media, room=room)
    else:
        edit = _film(job, payload, media=media, room=room, report=report)
    key = write_document(media, f"{job.prefix}edit.json", edit.as_dict())
    report.at(1)
    return {"edit_key": key, "frames": edit.frames, "duration_ms": round(edit.duration * 1000)}


def _film(job: StageJob, payload: dict[str, Any], *, media: MediaStore, room: Room, report: Reporter) -> Edit:
    slides = _slides(media, slides_key(job)) if payload.get("slides") else []
    cuts = [Cut.asked(video) for video in payload.get("videos", [])]
    found: dict[str, Copyable] = {}

    def also(clip: Clip, path: Path) -> None:
        if fit := look_whether_copyable(clip, path, room):
            found[clip.name] = fit

    names = dict.fromkeys(cut.name for cut in cuts)
    clips = _probed(
        job, names, media=media, room=room, report=report, also=also if job.job_type == "stitch_video" else None
    )
    order = steps(slides, cuts, payload.get("timeline"))
    edit = decide(order, clips, size=payload.get("canvas"), rate=payload.get("fps"))
    return with_copies(edit, found, lambda: own_entry(edit.canvas, room))


def _slides(media: MediaStore, key: str) -> list[Slide]:
    return [Slide.from_dict(slide) for slide in read_document(media, key)["slides"]]


def _probed(
    job: StageJob, names: Iterable[str], *, media: MediaStore, room: Room, report: Reporter, also: LookAt | None
) -> dict[str, Clip]:
    """Every clip that is named, whether the timeline shows it or not."""
    keys = {name: f"{job.session_prefix}videos/{name}" for name in names}

    def look_at(index: int, name: str) -> Clip:
        few = len(keys) <= MOST_SAMPLED
        with naming(name):
            return probe(name, keys[name], media=media, room=room, place=f"clip-{index}", also=also, samples=few)

    clips: dict[str, Clip] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for clip in pool.map(look_at, range(len(keys)), keys):
            clips[clip.name] = clip
            report.at(len(clips) / (len(keys) + 1))
    return clips
