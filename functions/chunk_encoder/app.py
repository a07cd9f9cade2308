"""chunk-encoder: encodes one item of a film's plan."""

from typing import Any

from roughcut import stage_wiring, wiring
from roughcut.contracts import check
from roughcut.metrics import tell
from roughcut.stages.encode import encode_item
from roughcut.stages.stage_job import during
from roughcut.telemetry import job_of, observed_stage


@observed_stage("chunk")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """State EncodeChunk, once for each item of the Map."""
    request = check(event, "encode_chunk.in")
    job, item, began = request["job"], request["item"], wiring.clock()
    with (
        during("optimize"),
        stage_wiring.reporting(job, f"chunk-{item}", context) as report,
        stage_wiring.room(job, context) as room,
    ):
        answer = encode_item(
            request["plan_key"],
            item,
            media=stage_wiring.media_store(),
            room=room,
            report=report,
            is_overdue=lambda: wiring.clock() >= job["deadline_ms"],
        )
    if not answer["reused"]:
        speed = answer["film_seconds"] * 1000 / max(1, wiring.clock() - began)
        tell({"EncodeSpeed": speed}, of=answer["kind"], **job_of(event))
    return check(answer, "encode_chunk.out")
