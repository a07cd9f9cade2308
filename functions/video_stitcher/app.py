"""video-stitcher: looks at the clips of a job and decides its film, or tells what a job would take."""

from typing import Any

from roughcut import stage_wiring, wiring
from roughcut.contracts import check
from roughcut.stages.quote import quote_job
from roughcut.stages.stage_job import StageJob, during
from roughcut.stages.stitch import stitch_video
from roughcut.telemetry import observed_stage

Answer = dict[str, Any]
_QUOTE_MS = 24_000  # less than who asks waits


def handler(event: Answer, context: Any) -> Answer:
    """State StitchVideo; and, with the step "quote", what job-queue-manager and job-dispatcher ask."""
    return (_quote if event.get("step") == "quote" else _stitch)(event, context)


@observed_stage("stitch")
def _stitch(event: Answer, context: Any) -> Answer:
    request = check(event, "stitch_video.in")
    job = request["job"]
    with (
        during("stitch"),
        stage_wiring.reporting(job, "stitch", context) as report,
        stage_wiring.room(job, context) as room,
    ):
        answer = stitch_video(StageJob.of(job), media=stage_wiring.media_store(), room=room, report=report)
    return check(answer, "stitch_video.out")


@observed_stage("quote")
def _quote(event: Answer, context: Any) -> Answer:
    asked = check(event, "quote_job.in")["request"]
    job = StageJob(asked["session_id"], "quote", 1, asked["job_type"], "", "", wiring.clock() + _QUOTE_MS)
    with during("stitch"), stage_wiring.room({"deadline_ms": job.deadline_ms}, context) as room:
        answer = quote_job(job, asked["payload"], media=stage_wiring.media_store(), room=room, crew=stage_wiring.crew())
    return check(answer, "quote_job.out")
