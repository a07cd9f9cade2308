"""From the plan of a film, or from slides alone, to what its job is foreseen to take."""

from collections.abc import Sequence

from roughcut.jobs.foreseen import Foreseen
from roughcut.jobs.spending import states_between
from roughcut.jobs.status import Status
from roughcut.media.costs import ENCODER, LOOKER, PACKAGER, PAINTER, painted_seconds
from roughcut.media.foresight import Crew, Step, shared, steps
from roughcut.media.plan import Plan


def foreseen_slides(count: int) -> Foreseen:
    """Of a generate_slides job."""
    seconds = painted_seconds(count)
    entered = 1 + states_between("generate_slides", True, {"slides"}, Status.SUCCEEDED)
    nothing = {"encoding": 0.0, "joining": 0.0}
    return Foreseen(nothing | {"others": seconds * PAINTER.gb}, nothing | {"others": seconds}, 1, entered)


def foreseen_film(plan: Plan, job_type: str, slides: int, crew: Crew) -> Foreseen:
    """Of a job that makes the planned film; `slides` are drawn for it."""
    encoding, joining = steps(plan)
    looking = LOOKER.seconds_for(0, sum(clip.size_bytes for clip in plan.edit.clips if clip.partial is None))
    step = PACKAGER.seconds_for(0, 0)  # of planning, and of the finish
    painting = painted_seconds(slides) if slides else 0.0
    groups = {"stitch", "plan", "chunk", "package", "finish"} | ({"slides"} if slides else set())
    calls = 3 + bool(slides) + len(encoding) + len(joining)
    return Foreseen(
        work={
            "encoding": _sum(encoding) * ENCODER.gb,
            "joining": _sum(joining) * PACKAGER.gb,
            "others": painting * PAINTER.gb + looking * LOOKER.gb + 2 * step * PACKAGER.gb,
        },
        seconds={
            "encoding": _spread(encoding, crew.workers),
            "joining": _spread(joining, crew.packagers),
            "others": painting + looking + 2 * step,
        },
        calls=calls,
        transitions=calls + states_between(job_type, bool(slides), groups, Status.SUCCEEDED),
    )


def _sum(encoding: Sequence[Step]) -> float:
    return sum(step.seconds for step in encoding)


def _spread(together: Sequence[Step], workers: float) -> float:
    return shared([step.seconds for step in together], workers)
