"""plan_film: the ladder, the items of work and what is written at the end."""

from collections.abc import Mapping
from typing import Any

from roughcut.jobs.progress import COPIED
from roughcut.media.edit import Edit
from roughcut.media.foresight import Crew, deadline_ms, planned_seconds
from roughcut.media.ladder import DEFAULT_RUNGS, ladder, own_rung
from roughcut.media.plan import Outputs, Plan, make_plan
from roughcut.media.weights import packaging_share
from roughcut.ports import Clock, MediaStore
from roughcut.stages.documents import payload_of, read_document, write_document
from roughcut.stages.reporter import Reporter
from roughcut.stages.stage_job import StageJob


def plan_film(
    job: StageJob, edit_key: str, *, media: MediaStore, engine: str, report: Reporter, crew: Crew, clock: Clock
) -> dict[str, Any]:
    """Writes plan.json; the answer has only indices, names and the deadline. Raises `PlanTooLarge` with the figure."""
    edit = Edit.from_dict(read_document(media, edit_key))
    plan = planned_film(job, payload_of(media, job), edit, job.engine(engine))
    planned = planned_seconds(plan, crew)
    deadline = deadline_ms(planned, crew, now_ms=clock(), given_ms=job.deadline_ms)
    report.expect("chunk", len(plan.items))
    report.expect("package", len(plan.rungs))
    report.expect_encoding(round(100 * packaging_share(plan, crew)))
    if plan.is_copied:
        report.expect(COPIED, len(plan.pictures))
    key = write_document(media, f"{job.prefix}plan.json", plan.as_dict())
    report.at(1)
    return {
        "plan_key": key,
        "items": list(range(len(plan.items))),
        "rungs": [rung.name for rung in plan.rungs],
        "encoders": crew.invoked,
        "deadline_ms": deadline,
    }


def planned_film(job: StageJob, payload: Mapping[str, Any], edit: Edit, engine: str) -> Plan:
    """What is made of an Edit. Raises `PlanTooLarge`."""
    is_ladder = job.job_type != "stitch_video"
    outputs = Outputs(
        is_ladder=is_ladder,
        hls=is_ladder and payload.get("hls", True),
        thumbnail=payload.get("thumbnail", True),
        storyboard=payload.get("storyboard", False),
        is_normalized=payload.get("loudness") == "normalize",
    )
    if not is_ladder:
        return make_plan(edit, [own_rung(edit.canvas)], [], outputs, engine=engine, folder=job.chunks_prefix)
    rungs, skipped = ladder(edit.canvas, payload.get("resolutions", DEFAULT_RUNGS))
    return make_plan(edit, rungs, skipped, outputs, engine=engine, folder=job.chunks_prefix)
