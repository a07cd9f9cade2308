"""quote: the plan of a job that nobody has submitted, from its sources' indexes, and what it would take."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from roughcut.jobs.errors import SourceMissing
from roughcut.jobs.tenancy import outer_key
from roughcut.media.edit import Edit
from roughcut.media.foresight import Crew, deadline_ms, planned_seconds
from roughcut.media.ladder import class_of
from roughcut.media.partial import SMALLEST
from roughcut.media.plan import Plan
from roughcut.media.quoting import foreseen_film, foreseen_slides
from roughcut.media.sizes import parse_size
from roughcut.media.slides import SlideSpec, named_images, page_for, slide_specs
from roughcut.media.sources import Clip, Slide
from roughcut.media.timeline import Cut, decide, steps
from roughcut.ports import MediaStore
from roughcut.stages.blame import naming
from roughcut.stages.optimize_input import optimize_edit
from roughcut.stages.plan import planned_film
from roughcut.stages.probe import probe
from roughcut.stages.room import Room
from roughcut.stages.slides import uploaded_images
from roughcut.stages.stage_job import StageJob

MOST_WHOLE = 256 << 20  # bytes of a clip that no part of tells what it is: fetched whole, it takes some seconds
_WORTH_PARTS = 4 << 20
_MOST_SAMPLED = 2  # long clips: a sample takes seconds, and a quote must not
_AT_ONCE = 8


def quote_job(
    job: StageJob, payload: Mapping[str, Any], *, media: MediaStore, room: Room, crew: Crew
) -> dict[str, Any]:
    """Raises what the stages would: `SourceMissing`, `SourceUnreadable`, `PlanTooLarge`, each naming the clip."""
    slides = _slides(job, payload, media) if job.job_type != "optimize_video" else []
    if job.job_type == "generate_slides":
        return {"renditions": [], "skipped": [], "chunks": 0, **_slides_alone(len(slides))}
    plan = planned_film(job, payload, _edit(job, payload, slides, media, room), "quote")
    deadline_ms(planned_seconds(plan, crew), crew, now_ms=0, given_ms=0)
    return {
        "renditions": [{"resolution": r.name, "width": r.width, "height": r.height} for r in plan.rungs],
        "skipped": [skipped.as_dict() for skipped in plan.skipped],
        "chunks": len(plan.items),
        "kind": class_of(plan.rungs[0]),
        "foreseen": _foreseen(plan, job, slides, crew),
    }


def _slides_alone(count: int) -> dict[str, Any]:
    return {"kind": "slides", "foreseen": foreseen_slides(count).as_dict()}


def _foreseen(plan: Plan, job: StageJob, slides: list[Slide], crew: Crew) -> dict[str, Any]:
    return foreseen_film(plan, job.job_type, len(slides), crew).as_dict()


def _edit(job: StageJob, payload: Mapping[str, Any], slides: list[Slide], media: MediaStore, room: Room) -> Edit:
    """As stitch_video decides it, but nothing is looked at for being copied: that takes whole files."""
    if job.job_type == "optimize_video":
        return optimize_edit(job, dict(payload), media=media, room=room)
    cuts = [Cut.asked(video) for video in payload.get("videos", [])]
    clips = _probed(job, dict.fromkeys(cut.name for cut in cuts), media, room)
    order = steps(slides, cuts, payload.get("timeline"))
    return decide(order, clips, size=payload.get("canvas"), rate=payload.get("fps"))


def _probed(job: StageJob, names: Iterable[str], media: MediaStore, room: Room) -> dict[str, Clip]:
    folder, listed = f"{job.session_prefix}videos/", list(names)
    few = len(listed) <= _MOST_SAMPLED

    def look_at(index: int) -> Clip:
        name = listed[index]
        with naming(name):
            clip = probe(
                name,
                folder + name,
                media=media,
                room=room,
                place=f"clip-{index}",
                samples=few,
                smallest=_WORTH_PARTS,
                most_whole=MOST_WHOLE,
            )
        return clip if clip.size_bytes >= SMALLEST else replace(clip, partial=None)

    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return {clip.name: clip for clip in pool.map(look_at, range(len(listed)))}
    except SourceMissing as missing:
        raise _with_nearest(missing, folder, media) from missing


def _slides(job: StageJob, payload: Mapping[str, Any], media: MediaStore) -> list[Slide]:
    """Undrawn. An image slide's image must be there."""
    asked = payload.get("slides", [])
    uploaded = uploaded_images(job, media) if named_images(asked) else set()
    page = page_for(parse_size(payload["canvas"]) if "canvas" in payload else None)
    specs = slide_specs(asked, uploaded)
    for spec in specs:
        _require_image(job, spec, uploaded)
    return [
        Slide(id=spec.id, type=spec.type, key="", digest=spec.id, size=page, seconds=spec.seconds, fade=spec.fade)
        for spec in specs
    ]


def _require_image(job: StageJob, spec: SlideSpec, uploaded: set[str]) -> None:
    if spec.type != "image" or (name := spec.content["name"]) in uploaded:
        return
    problem = f"Slide {spec.id!r} shows the image {name!r}, which is not below {outer_key(job.session_prefix)}slides/"
    raise SourceMissing(f"{problem}{_nearest(name, uploaded)}.", clip=name)


def _with_nearest(missing: SourceMissing, folder: str, media: MediaStore) -> SourceMissing:
    """Only now is the folder listed: most quotes name clips that are there."""
    there = [found.key.removeprefix(folder) for found in media.list(folder)]
    problem = f"Clip {missing.clip!r} is not below {outer_key(folder)}{_nearest(missing.clip or '', there)}."
    return SourceMissing(problem, clip=missing.clip)


def _nearest(name: str, there: Iterable[str]) -> str:
    near = get_close_matches(name, list(there), n=1)
    return f"; the nearest name there is {near[0]!r}" if near else ""
