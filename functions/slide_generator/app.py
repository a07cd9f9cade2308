"""slide-generator: draws the slides of a job."""

from typing import Any

from roughcut import stage_wiring
from roughcut.contracts import check
from roughcut.stages.slides import generate_slides
from roughcut.stages.stage_job import StageJob, during
from roughcut.telemetry import observed_stage

PAINT = stage_wiring.painter()  # at import, so that the fonts are loaded before the first job


@observed_stage("slides")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """State GenerateSlides."""
    request = check(event, "generate_slides.in")
    job = request["job"]
    with (
        during("slides"),
        stage_wiring.reporting(job, "slides", context) as report,
        stage_wiring.room(job, context) as room,
    ):
        answer = generate_slides(
            StageJob.of(job),
            media=stage_wiring.media_store(),
            room=room,
            paint=PAINT,
            report=report,
        )
    return check(answer, "generate_slides.out")
