"""The table, telling of every change that it took: dispatch itself need not know who listens."""

from collections.abc import Callable, Sequence
from typing import Any

from roughcut.aws.effects import TenantCaps
from roughcut.aws.job_store import DynamoJobStore
from roughcut.jobs.board import SlotShard
from roughcut.jobs.job import Job
from roughcut.ports import Outcome

Listener = Callable[[Job | None, Job], None]


class TellingJobStore(DynamoJobStore):
    """`tell` gets the row before (None for a new one) and after, once the change is in the table."""

    def __init__(
        self, client: Any, table: str, caps: TenantCaps, pause: Callable[[int], None], *, tell: Listener
    ) -> None:
        super().__init__(client, table, caps, pause)
        self._tell = tell

    def create(self, job: Job, request: bytes) -> Outcome:
        return self._told(super().create(job, request), None, job)

    def claim(self, pairs: Sequence[tuple[Job, Job]], slot: SlotShard) -> list[Outcome]:
        outcomes = super().claim(pairs, slot)
        return [self._told(outcome, job, to) for outcome, (job, to) in zip(outcomes, pairs, strict=True)]

    def move(self, job: Job, to: Job) -> Outcome:
        return self._told(super().move(job, to), job, to)

    def _told(self, outcome: Outcome, before: Job | None, job: Job) -> Outcome:
        if outcome is Outcome.DONE:
            self._tell(before, job)
        return outcome
