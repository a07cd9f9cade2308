"""From an Edit file back to a request whose film it is: the same parts, in the same frames."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from roughcut.media.edit import Edit, Part
from roughcut.media.rates import decimal, frame_at
from roughcut.media.sources import Clip, Slide
from workbench.problem import Problem
from workbench.sources import Source, name_sources


def require_whole_film(slides: Sequence[str], timeline: Path | None, job_type: str) -> None:
    """Raises `click.UsageError` for what would contradict an Edit."""
    if slides or timeline or job_type not in ("full_pipeline", "stitch_video"):
        raise click.UsageError("--edit is a whole film: it takes no --slide, no --timeline, and no other --type.")


def edit_sources(edit: Edit, folder: Path, clips: Sequence[Path]) -> list[Source]:
    """A file for each source of the Edit, in its order: a clip among `clips` by its name, or else in `folder`; a slide
    in slides/ there, where `run` puts it.

    Raises `Problem` for one that is nowhere, and for a clip that the Edit does not have.
    """
    given = {path.name: path for path in clips}
    strangers = sorted(set(given) - {clip.name for clip in edit.clips})
    if strangers:
        wanted = ", ".join(clip.name for clip in edit.clips) or "none"
        raise Problem(f"{strangers[0]} is no clip of the Edit; its clips are: {wanted}.")
    return [
        _clip(given.get(source.name, folder / source.name))
        if isinstance(source, Clip)
        else _slide(folder / "slides" / f"{source.id}.png")
        for source in edit.sources
    ]


def edit_payload(edit: Edit, sources: Sequence[Source]) -> dict[str, Any]:
    """The payload of a submit; `sources` as `edit_sources` gives them."""
    shown = list(dict.fromkeys((part.source, part.frames) for part in edit.parts if _is_slide(edit, part)))
    names = {look: f"slide-{number}" for number, look in enumerate(shown, 1)}
    videos = [_cut(edit, part) for part in edit.parts if not _is_slide(edit, part)]
    slides = [_still(edit, look, name, sources) for look, name in names.items()]
    size = edit.canvas.size
    return {
        **({"videos": videos} if videos else {}),
        **({"slides": slides} if slides else {}),
        "timeline": [_step(edit, part, names) for part in edit.parts],
        "canvas": f"{size.width}x{size.height}",
        "fps": decimal(edit.canvas.rate),
    }


def _clip(path: Path) -> Source:
    if not path.is_file():
        raise Problem(f"The Edit's clip {path.name} is neither a CLIP of the command line nor at {path}.")
    return name_sources([path], "videos")[0]


def _slide(path: Path) -> Source:
    if not path.is_file():
        raise Problem(f"The Edit's slide is not at {path}; an Edit is read in the folder of its job.")
    return name_sources([path], "slides")[0]


def _is_slide(edit: Edit, part: Part) -> bool:
    return isinstance(edit.sources[part.source], Slide)


def _step(edit: Edit, part: Part, names: dict[tuple[int, int], str]) -> dict[str, str]:
    source = edit.sources[part.source]
    return {"video": source.name} if isinstance(source, Clip) else {"slide": names[part.source, part.frames]}


def _cut(edit: Edit, part: Part) -> dict[str, Any]:
    """An end that is the clip's own is left out, and so never beyond it."""
    clip, rate = edit.sources[part.source], edit.canvas.rate
    assert isinstance(clip, Clip)
    end = part.first + part.frames
    is_last = end >= frame_at(clip.duration, rate)
    return {"name": clip.name, "start": _seconds(part.first, rate), **({} if is_last else {"end": _seconds(end, rate)})}


def _still(edit: Edit, look: tuple[int, int], name: str, sources: Sequence[Source]) -> dict[str, Any]:
    """An image: it has been drawn already."""
    index, frames = look
    slide = edit.sources[index]
    assert isinstance(slide, Slide)
    fade = {"fade": float(slide.fade)} if slide.fade else {}
    content = {"name": sources[index].name}
    return {"id": name, "type": "image", "content": content, "duration": _seconds(frames, edit.canvas.rate), **fade}


def _seconds(frame: int, rate: Fraction) -> float:
    return round(float(frame / rate), 6)
