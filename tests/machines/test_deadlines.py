"""A film that is planned to take longer than the least deadline."""

import json
from typing import Any

from tests.embedded.waiting import until
from tests.machines.running import WatchedStack
from workbench.embedded.workers.outcome import Throttled

MINUTE = 60_000
HOUR = {"id": "hour", "type": "title", "content": {"title": "An hour"}, "duration": 3600}


def no_encoder() -> None:
    raise Throttled("chunk-encoder")


def encoded(stack: WatchedStack, session_id: str, job_id: str) -> dict[str, Any] | None:
    """What the first call of the chunk encoder is given, once it is."""
    job = stack.ask("status", session_id=session_id, job_id=job_id)
    if not job.get("stage"):
        return None  # no worker has begun
    entered = [event.get("stateEnteredEventDetails", {}) for event in stack.events(job)]
    inputs = [json.loads(state["input"]) for state in entered if state.get("name") == "EncodeChunk"]
    return inputs[0] if inputs else None


def test_it_has_twice_the_planned_time_in_the_row_and_for_its_workers(stack: WatchedStack) -> None:
    stack.before["chunk-encoder"] = no_encoder
    payload = {"slides": [HOUR], "resolutions": ["1080p"]}
    job_id = stack.ask("submit", session_id="hour", job_type="full_pipeline", payload=payload)["job_id"]

    given = until(lambda: encoded(stack, "hour", job_id))

    key = {"session_id": {"S": "hour"}, "job_id": {"S": job_id}}
    table = stack.outputs["SessionsTableName"]
    row = stack.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
    stack.ask("cancel", session_id="hour", job_id=job_id)
    del stack.before["chunk-encoder"]
    assert given
    assert given["job"]["deadline_ms"] == int(row["deadline_ms"]["N"]) > int(row["started_ms"]["N"]) + 15 * MINUTE
    assert stack.ended("hour", job_id)["status"] == "cancelled"
