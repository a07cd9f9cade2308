"""generate_slides: from slide specs to finished stills."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from roughcut.media.png import png_size
from roughcut.media.sizes import Size, parse_size
from roughcut.media.slides import SlideSpec, named_images, page_for, slide_specs
from roughcut.media.sources import Slide
from roughcut.ports import MediaStore
from roughcut.stages.documents import payload_of, write_document
from roughcut.stages.reporter import Reporter
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob
from roughcut.stages.still_image import still_image

Painter = Callable[[SlideSpec, Size], bytes]


def slides_key(job: StageJob) -> str:
    """Where the slides of an attempt are listed."""
    return f"{job.prefix}slides.json"


def generate_slides(
    job: StageJob, *, media: MediaStore, room: Room, paint: Painter, report: Reporter
) -> dict[str, Any]:
    """Writes slides/<id>.png for each slide, and slides.json; for a job of slides only its result too.

    Raises `SlideFailed` naming the slide, `SourceMissing` for an image slide without its image.
    """
    payload = payload_of(media, job)
    asked = payload.get("slides", [])
    specs = slide_specs(asked, uploaded_images(job, media) if named_images(asked) else set())
    page = page_for(parse_size(payload["canvas"]) if "canvas" in payload else None)
    slides = []
    for index, spec in enumerate(specs):
        picture = still_image(job, spec, media, room) if spec.type == "image" else paint(spec, page)
        slides.append(_stored(job, spec, picture, media))
        report.at((index + 1) / len(specs))
    return _written(job, slides, media)


def uploaded_images(job: StageJob, media: MediaStore) -> set[str]:
    """The names below the session's slides/."""
    folder = f"{job.session_prefix}slides/"
    return {found.key.removeprefix(folder) for found in media.list(folder)}


def _stored(job: StageJob, spec: SlideSpec, picture: bytes, media: MediaStore) -> Slide:
    key = f"{job.prefix}slides/{spec.id}.png"
    media.write(key, picture, "image/png")
    size, digest = png_size(picture), sha256(picture).hexdigest()
    return Slide(id=spec.id, type=spec.type, key=key, digest=digest, size=size, seconds=spec.seconds, fade=spec.fade)


def _written(job: StageJob, slides: list[Slide], media: MediaStore) -> dict[str, Any]:
    document = {"v": 1, "slides": [slide.as_dict() for slide in slides]}
    answer: dict[str, Any] = {
        "slides_key": write_document(media, slides_key(job), document),
        "count": len(slides),
    }
    if job.job_type == "generate_slides":
        listed = [{"id": slide.id, "key": slide.key} for slide in slides]
        result = {"slides": listed, "renditions": [], "skipped": [], "warnings": []}
        answer["result_key"] = write_document(media, f"{job.prefix}result.json", result)
    return answer
