"""The films that are compared: the sample clips cut and varied, with slides between them. All are 16:9 and 30 fps.

`mixed` has four parts: a lecture and a cartoon of 25 fps, a slide before each. `lectures` has ten: six cuts of a
lecture, three between two slides at a time, every second one mirrored, every third one enlarged to 1080p.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roughcut.media.edit import Edit
from roughcut.stages.stage_job import StageJob
from tests.media.clips import ffmpeg
from tests.media.film import Studio

RATE = 30
STEP_SECONDS = 900  # a Lambda's life
SAMPLES = Path(__file__).parents[1] / "samples"
BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_LOSSLESS_ENOUGH = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "12", "-g", "60", "-pix_fmt", "yuv420p")
_SOUND = ("-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2")


@dataclass(frozen=True, slots=True)
class Part:
    """A clip or a slide as a file, and the frames of it that are shown."""

    path: Path
    is_slide: bool
    frames: int

    @property
    def seconds(self) -> float:
        return self.frames / RATE


@dataclass(frozen=True, slots=True)
class Film:
    """A film to be made: for this engine a job whose slides are painted, for the older system its parts."""

    name: str
    studio: Studio
    job: StageJob
    parts: tuple[Part, ...]

    @property
    def frames(self) -> int:
        return sum(part.frames for part in self.parts)

    @property
    def starts(self) -> list[int]:
        return [sum(part.frames for part in self.parts[:index]) for index in range(len(self.parts))]


def mixed(folder: Path) -> Film:
    clips = [_clip(folder / "talk.mp4", "lecture", 0.5, 6), _clip(folder / "hare.mp4", "bunny", 0, 5, rate=25)]
    slides = [_title("Four parts"), _section("A hare, a hill", 1)]
    return _film("mixed", folder, clips, slides, ["title", "talk.mp4", "section1", "hare.mp4"])


def lectures(folder: Path) -> Film:
    clips = [_clip(folder / f"cut-{index}.mp4", "lecture", index, 2.5, variant=index) for index in range(6)]
    slides = [_title("Ten parts"), _section("Second", 1), _section("Third", 2), _end()]
    a, b, c, d, e, f = (clip.name for clip in clips)
    return _film("lectures", folder, clips, slides, ["title", a, b, "section1", c, d, "section2", e, f, "end"])


FILMS = {"mixed": mixed, "lectures": lectures}


def _film(name: str, folder: Path, clips: Sequence[Path], slides: Sequence[dict[str, Any]], order: list[str]) -> Film:
    studio = Studio(folder, step_seconds=STEP_SECONDS)
    names = studio.upload(*clips)
    timeline = [{"video" if step in names else "slide": step} for step in order]
    payload = {"videos": names, "slides": list(slides), "timeline": timeline, "canvas": "1920x1080", "fps": RATE}
    job = studio.job(payload)
    studio.slides(job)
    edit = Edit.from_dict(studio.read(studio.stitch(job)["edit_key"]))
    parts = [
        Part(folder / step if step in names else studio.fetch(_slide_key(job, step)), step not in names, part.frames)
        for step, part in zip(order, edit.parts, strict=True)
    ]
    return Film(name, studio, job, tuple(parts))


def _slide_key(job: StageJob, slide: str) -> str:
    return f"{job.prefix}slides/{slide}.png"


def _clip(path: Path, sample: str, start: float, seconds: float, *, rate: int = RATE, variant: int = 0) -> Path:
    """Of constant rate and exact length, so that every frame of it is known."""
    looks = [BT709, f"fps={rate}", *(["hflip"] if variant % 2 else [])]
    if variant % 3 == 2:
        looks.append("zscale=1920:1080:filter=spline36")
    frames = ("-frames:v", str(round(seconds * rate)), "-t", str(seconds))
    source = ("-ss", str(start), "-i", SAMPLES / f"{sample}.mp4")
    ffmpeg(*source, "-vf", ",".join([*looks, "setsar=1"]), *frames, *_LOSSLESS_ENOUGH, *_SOUND, path)
    return path


def _title(title: str) -> dict[str, Any]:
    content = {"title": title, "subtitle": "Compared frame by frame", "project_name": "Roughcut"}
    return {"id": "title", "type": "title", "content": content, "duration": 4.0}


def _section(title: str, number: int) -> dict[str, Any]:
    content = {"number": number, "title": title, "description": "What comes next"}
    return {"id": f"section{number}", "type": "section", "content": content, "duration": 3.0}


def _end() -> dict[str, Any]:
    content = {"title": "Thank you", "message": "for watching"}
    return {"id": "end", "type": "end", "content": content, "duration": 5.0}
