"""video-optimizer: plans a film, packages its rungs, finishes it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from roughcut import stage_wiring, wiring
from roughcut.contracts import check
from roughcut.stages.finish import finish_film
from roughcut.stages.package import package_rung
from roughcut.stages.plan import plan_film
from roughcut.stages.stage_job import StageJob, during
from roughcut.telemetry import observed_stage

Answer = dict[str, Any]


@observed_stage()
def handler(event: dict[str, Any], context: Any) -> Answer:
    """States PlanFilm, PackageRung and FinishFilm, by `step`."""
    schema, act = _STEPS[check(event, "film_step")["step"]]
    request = check(event, f"{schema}.in")
    with during("optimize"):
        return check(act(request, context), f"{schema}.out")


def _plan(request: dict[str, Any], context: Any) -> Answer:
    job = request["job"]
    with stage_wiring.reporting(job, "plan", context) as report, stage_wiring.room(job, context) as room:
        return plan_film(
            StageJob.of(job),
            request["edit_key"],
            media=stage_wiring.media_store(),
            engine=room.encoder.name,
            report=report,
            crew=stage_wiring.crew(),
            clock=wiring.clock,
        )


def _package(request: dict[str, Any], context: Any) -> Answer:
    job, rung = request["job"], request["rung"]
    with stage_wiring.reporting(job, f"package-{rung}", context) as report, stage_wiring.room(job, context) as room:
        return package_rung(
            StageJob.of(job), request["plan_key"], rung, media=stage_wiring.media_store(), room=room, report=report
        )


def _finish(request: dict[str, Any], context: Any) -> Answer:
    job = request["job"]
    learn = partial(stage_wiring.learn, job, request["plan_key"])
    with stage_wiring.reporting(job, "finish", context, after=learn) as report:
        return finish_film(
            StageJob.of(job), request["plan_key"], request["packages"], media=stage_wiring.media_store(), report=report
        )


_STEPS: dict[str, tuple[str, Callable[[dict[str, Any], Any], Answer]]] = {
    "plan": ("plan_film", _plan),
    "package": ("package_rung", _package),
    "finish": ("finish_film", _finish),
}
