"""EventBridge's default bus."""

import json
from collections.abc import Sequence
from typing import Any

from roughcut.ports import Event


class EventBridgeBus:
    """`resource` is in every event: by it, rules tell the stacks of one account apart."""

    def __init__(self, client: Any, resource: str) -> None:
        self._client, self._resource = client, resource

    def publish(self, events: Sequence[Event]) -> list[str]:
        answer = self._client.put_events(Entries=[self._entry(event) for event in events])
        told = zip(events, answer["Entries"], strict=True)
        return [event.event_id for event, entry in told if "ErrorCode" not in entry]

    def _entry(self, event: Event) -> dict[str, Any]:
        detail = json.dumps({"event_id": event.event_id, **event.detail})
        return {"Source": "roughcut", "DetailType": event.title, "Detail": detail, "Resources": [self._resource]}
