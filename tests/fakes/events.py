"""EventBridge in memory: the port, which keeps ids, and the client of the production adapter, which keeps details."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from roughcut.jobs.announcement import Announcement, announcement
from roughcut.jobs.job import Job
from roughcut.ports import Event


class FakeEvents:
    def __init__(self) -> None:
        self.ids: set[str] = set()

    def publish(self, events: Sequence[Event]) -> list[str]:
        ids = [event.event_id for event in events]
        self.ids.update(ids)
        return ids


class EventsClient:
    """`is_full`: each entry is turned away, as when the account's quota is used up."""

    def __init__(self) -> None:
        self.details: list[Mapping[str, Any]] = []
        self.is_full = False

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803  # the API's
        assert 1 <= len(Entries) <= 10, "PutEvents takes ten entries"
        if self.is_full:
            return {"FailedEntryCount": len(Entries), "Entries": [{"ErrorCode": "ThrottlingException"}] * len(Entries)}
        self.details += [json.loads(entry["Detail"]) for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": str(number)} for number in range(len(Entries))]}

    def ids(self) -> set[str]:
        return {detail["event_id"] for detail in self.details}


def noted(fresh: list[Announcement], before: Job | None, job: Job) -> None:
    """As `wiring` notes what the table's listener hears of."""
    fresh += filter(None, [announcement(before, job)])
