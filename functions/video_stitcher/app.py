"""video-stitcher: looks at the clips of a job and decides its film."""

from typing import Any

from roughcut import wiring
from roughcut.contracts import check
from roughcut.stages.stage_job import StageJob, during
from roughcut.stages.stitch import stitch_video
from roughcut.telemetry import observed_stage


@observed_stage("stitch")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """State StitchVideo."""
    request = check(event, "stitch_video.in")
    job = request["job"]
    with (
        during("stitch"),
        wiring.reporting(job, "stitch", context) as report,
        wiring.room(job, context) as room,
    ):
        answer = stitch_video(StageJob.of(job), media=wiring.media_store(), room=room, report=report)
    return check(answer, "stitch_video.out")
