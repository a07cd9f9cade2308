"""Every change of every row, as the table itself saw it, and what must hold after each."""

from collections import Counter
from collections.abc import Callable, Sequence

from roughcut.aws.effects import BOARD_HASH
from roughcut.jobs.job import QUARANTINE
from roughcut.jobs.status import TRANSITIONS, Status
from tests.fakes.dynamo_client import Change, DynamoClient
from tests.fakes.dynamo_expressions import Item

_TOLD = {status: status.word for status in Status if not status.holds_slot} | {Status.STARTING: "started"}
Step = tuple[Status | None, Status]


class Ledger:
    """Counts transitions; `is_working` tells of the executions; `broken` lists what must never be."""

    def __init__(self, table: DynamoClient) -> None:
        self._table = table
        self.steps: Counter[tuple[str, int, Step]] = Counter()  # (job, attempt, transition)
        self.broken: list[str] = []
        self.is_working: Callable[[str, int], bool] = lambda job_id, attempt: False
        table.on_commit = self._note

    def take_over(self, other: "Ledger") -> None:
        self.steps, self.broken = other.steps.copy(), [*other.broken]

    def endings(self) -> Counter[str]:
        """How often jobs ended, by the outer word of the end."""
        ends: Counter[str] = Counter()
        for (_, _, (_, after)), count in self.steps.items():
            if after.is_final:
                ends[after.word] += count
        return ends

    def events(self) -> set[str]:
        """The id of each transition that the outside must hear of."""
        return {f"{job}-{attempt}-{_TOLD[after]}" for job, attempt, (_, after) in self.steps if after in _TOLD}

    def count(self, job_id: str, attempt: int, after: Status) -> int:
        """How often an attempt came to a state."""
        return sum(n for (job, tried, (_, to)), n in self.steps.items() if (job, tried, to) == (job_id, attempt, after))

    def _note(self, changes: Sequence[Change]) -> None:
        for (session_id, job_id), before, after in changes:
            if "status" in after and session_id != QUARANTINE:
                self._step(job_id, before, after)
        self._compare_slots()

    def _step(self, job_id: str, before: Item | None, after: Item) -> None:
        was, now = before and Status(before["status"]["S"]), Status(after["status"]["S"])
        if was is now:
            return
        attempt = int(after["attempt"]["N"])
        self.steps[job_id, attempt, (was, now)] += 1
        if was is not None and now not in TRANSITIONS[was]:
            self.broken.append(f"{job_id}: {was} -> {now}")
        if now.is_final and self.is_working(job_id, attempt):
            self.broken.append(f"{job_id}: {now} while its execution works")
        if self.count(job_id, attempt, now) > 1:
            self.broken.append(f"{job_id}: attempt {attempt} became {now} twice")

    def _compare_slots(self) -> None:
        holders: Counter[str] = Counter()
        for item in self._table.items.values():
            if "slot" in item and "attempt" in item:
                holders[f"slots#{int(item['slot']['N']):02d}"] += 1
        for (hash_key, name), item in self._table.items.items():
            if hash_key == BOARD_HASH and name.startswith("slots#"):
                running, limit = int(item["running"]["N"]), int(item["limit"]["N"])
                if running != holders[name] or running > limit:
                    self.broken.append(f"{name}: {running} of {limit} are said to run, {holders[name]} do")
