"""The jobs whose costs docs/costs.md shows."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.ladder import DEFAULT_RUNGS, ladder
from roughcut.media.partial import Load, Partial
from roughcut.media.plan import Outputs, Plan, make_plan
from roughcut.media.sizes import Size
from tests.rules.tree import states_entered
from tests.unit.media.examples import a_clip, a_slide

_RATE, _SLIDE_SECONDS = 30, 4
# Slides on a screen, and a speaker: what samples of it tell, and reading parts of it at twice its mean rate; sound lies
# beside every picture.
_LECTURE: dict[str, Any] = {
    "megabits": 1.5,
    "density": 12,
    "partial": Partial(Load(8 << 20, 8 << 20), 20, video=Load(375_000, 375_000), audio=Load(375_000, 150_000)),
}


@dataclass(frozen=True, slots=True)
class TypicalJob:
    """A job of slides only has no plan."""

    name: str
    job_type: str
    slides: int
    plan: Plan | None = None

    @property
    def entered(self) -> list[tuple[str, dict[str, Any]]]:
        """The states of the machine, in order."""
        return states_entered({"job_type": self.job_type, "slides": self.slides})


def typical_jobs() -> list[TypicalJob]:
    return [
        TypicalJob("3 slides", "generate_slides", 3),
        TypicalJob("film of 2 minutes, 3 slides", "full_pipeline", 3, _film(108, slides=3, megabits=10)),
        TypicalJob("lecture of 1 hour", "optimize_video", 0, _film(3600, **_LECTURE)),
        TypicalJob("lecture of 2 hours", "optimize_video", 0, _film(7200, **_LECTURE)),
    ]


def _film(seconds: int, *, megabits: float, slides: int = 0, **facts: Any) -> Plan:
    """One recording at 1080p30, after so many slides, at the default ladder with HLS and thumbnail."""
    clip = a_clip(seconds=seconds, size="1920x1080", size_bytes=round(seconds * megabits * 125_000), **facts)
    shown = tuple(a_slide(f"s{number}", seconds=_SLIDE_SECONDS) for number in range(slides))
    parts = (*(Part(number, 0, _SLIDE_SECONDS * _RATE) for number in range(slides)), Part(slides, 0, seconds * _RATE))
    edit = Edit(Canvas(Size(1920, 1080), Fraction(_RATE)), (*shown, clip), parts)
    rungs, skipped = ladder(edit.canvas, DEFAULT_RUNGS)
    outputs = Outputs(is_ladder=True, hls=True, thumbnail=True)
    return make_plan(edit, rungs, skipped, outputs, engine="e", folder="chunks/s/")
