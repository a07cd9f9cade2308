"""From the words of a `roughcut run` to the request it submits and the files it uploads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from roughcut.contracts import ContractBroken, check
from roughcut.jobs.request import RequestRefused as Refused
from roughcut.jobs.request import parse_submit
from workbench.problem import Problem, RequestRefused
from workbench.sources import IMAGE_SUFFIXES, Source, name_sources

MAX_PATH_CHARACTERS = 4096  # longer than any path: asking the file system about such a text is an error


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """`request` is the contract's submit; `sources` must be in the bucket before it is sent."""

    request: dict[str, Any]
    sources: list[Source]


def film_request(
    clips: Sequence[Path], slides: Sequence[str], fields: Mapping[str, Any], options: Mapping[str, Any]
) -> FilmRequest:
    """`fields`: the request but for its payload; `options`: further fields of the payload (timeline, resolutions).

    Raises `click.UsageError` for a mixture that no job type takes, `Problem` for a file that cannot be used.
    """
    job_type = fields["job_type"]
    require_inputs(len(clips), len(slides), job_type)
    videos = name_sources(clips, "videos")
    images = name_sources([Path(slide) for slide in slides if is_image(slide)], "slides")
    payload = {**payload_videos(videos, job_type), **payload_slides(slides, images), **options}
    return FilmRequest({**fields, "payload": payload}, [*videos, *images])


def require_acceptable(request: Mapping[str, Any]) -> None:
    """The job manager's own rules, asked before a stack starts for nothing. Raises its `RequestRefused`."""
    try:
        parse_submit(check(request, "submit"))
    except ContractBroken as broken:
        raise RequestRefused({"code": "InvalidRequest", "message": broken.message, "field": broken.field}) from broken
    except Refused as refused:
        raise RequestRefused({"code": refused.code, "message": refused.message, "field": refused.field}) from refused


def require_inputs(clips: int, slides: int, job_type: str) -> None:
    problem = {
        "optimize_video": "optimize_video takes exactly one CLIP and no --slide." if clips != 1 or slides else "",
        "generate_slides": "generate_slides takes at least one --slide and no CLIP." if clips or not slides else "",
    }.get(job_type, "" if clips or slides else "give at least one CLIP or one --slide.")
    if problem:
        raise click.UsageError(problem)


def payload_videos(videos: Sequence[Source], job_type: str) -> dict[str, Any]:
    names = [source.name for source in videos]
    if job_type == "optimize_video":
        return {"input": names[0]}
    return {"videos": names} if names else {}


def payload_slides(slides: Sequence[str], images: Sequence[Source]) -> dict[str, Any]:
    """A text that comes first is a title, last of three or more an end slide, else a section."""
    uploaded = iter(images)
    specs = []
    for number, slide in enumerate(slides, 1):
        if is_image(slide):
            kind, content = "image", {"name": next(uploaded).name}
        else:
            kind, content = text_kind(number, len(slides)), {"title": slide}
        specs.append({"id": f"slide-{number}", "type": kind, "content": content})
    return {"slides": specs} if specs else {}


def text_kind(number: int, count: int) -> str:
    if number == 1:
        return "title"
    return "end" if number == count >= 3 else "section"


def is_image(slide: str) -> bool:
    """Whether a --slide is a file. Raises `Problem` for one that is named like an image and is not there."""
    if len(slide) > MAX_PATH_CHARACTERS or "\n" in slide:
        return False
    path = Path(slide)
    try:
        exists = path.is_file()
    except OSError:  # a text with a "path component" longer than any file name
        exists = False
    if path.suffix.lower() in IMAGE_SUFFIXES and not exists:
        raise Problem(f"--slide {slide}: there is no such image.")
    if exists and path.suffix.lower() not in IMAGE_SUFFIXES:
        raise Problem(f"--slide {slide}: a slide's image must be {', '.join(sorted(IMAGE_SUFFIXES))}.")
    return exists


def read_json(path: Path, what: str, shape: type) -> Any:
    """A JSON file that must hold a list or an object, `what` naming it in the complaint."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Problem(f"{what} {path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise Problem(f"{what} {path} is not JSON: {problem}.") from problem
    if not isinstance(value, shape):
        raise Problem(f"{what} {path} must hold a JSON {'list' if shape is list else 'object'}.")
    return value
