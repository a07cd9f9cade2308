"""The laws, checked at every atomic write of the table. What breaks one is noted; a handler could swallow a raise."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roughcut.dispatch.desk import Limits
from roughcut.dispatch.reconcile import INTERRUPTED, OVERDUE
from roughcut.jobs.job import QUARANTINE, JobKey
from roughcut.jobs.order import Priority, counter_shard
from roughcut.jobs.status import ACTIVE, FINAL, TRANSITIONS, Status
from roughcut.jobs.tenancy import OPERATORS
from roughcut.ports import Execution
from tests.fakes.dynamo_client import Change, DynamoClient
from tests.fakes.events import EventsClient
from tests.property.dispatch.freezing import Stage
from tests.property.dispatch.machine import FENCED, PUBLISHED, WORKING, Run, StepFunctions

S = Status
_GATES = {(S.STARTING, S.RUNNING): "BeginJob", (S.RUNNING, S.FINISHING): "PublishResult"}
_TOLD = {S.QUEUED: "queued", S.STARTING: "started", S.SUCCEEDED: "completed", S.CANCELLED: "cancelled"}
_TOLD |= {S.FAILED: "failed", S.TIMED_OUT: "failed"}
NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Row:
    """What the laws need of a job's row, read without the adapter's help."""

    key: JobKey
    status: Status
    attempt: int
    priority: Priority
    order: str
    tries: int
    held: bool
    passed: bool
    slot: int | None
    execution: str | None
    execution_input: str | None
    result_key: str | None
    deadline_ms: int | None

    @property
    def tenant(self) -> str:
        return self.key.tenant

    @property
    def turn(self) -> tuple[JobKey, int]:
        return self.key, self.attempt


def row_of(item: Mapping[str, Any]) -> Row:
    def text(name: str) -> str | None:
        return item[name]["S"] if name in item else None

    def number(name: str) -> int | None:
        return int(item[name]["N"]) if name in item else None

    return Row(
        key=JobKey(item["session_id"]["S"], item["job_id"]["S"]),
        status=Status(item["status"]["S"]),
        attempt=int(item["attempt"]["N"]),
        priority=Priority(int(item["priority"]["N"])),
        order=item["order"]["S"],
        tries=int(item["tries"]["N"]),
        held="held" in item,
        passed="passed" in item,
        slot=number("slot"),
        execution=text("execution"),
        execution_input=text("execution_input"),
        result_key=text("result_key"),
        deadline_ms=number("deadline_ms"),
    )


class Watch:
    """Looks at each commit, knowing who made it."""

    def __init__(
        self,
        dynamo: DynamoClient,
        machine: StepFunctions,
        bus: EventsClient,
        stage: Stage,
        figures: Counter[str],
        caps: Limits,
    ) -> None:
        self.dynamo, self.machine, self.bus, self.stage, self.figures = dynamo, machine, bus, stage, figures
        self.caps = caps
        self.happened: set[str] = set()  # the ids of all events that are due
        self.rows: dict[JobKey, Row] = {}
        self.broken: list[str] = []
        self.sequence = 0
        self.visible_since: dict[JobKey, int] = {}
        self.tenant_changed: dict[str, tuple[int, object]] = {}
        self.begun, self.published, self.ended = Counter[Any](), Counter[Any](), Counter[Any]()

    def require(self, law: bool, what: str) -> None:
        if not law:
            self.broken.append(what)

    def on_commit(self, changes: Sequence[Change]) -> None:
        self.sequence += 1
        pairs = [
            (before and row_of(before), row_of(after)) for _, before, after in changes if after and "status" in after
        ]
        self._outbox(changes, pairs)
        claimed = [(b, a) for b, a in pairs if b and (b.status, a.status) == (S.QUEUED, S.STARTING)]
        if claimed:
            self._claim([before for before, _ in claimed])
        for before, after in pairs:
            self.rows[after.key] = after
            self._change(before, after)
        self._note_visible(after.key for _, after in pairs)
        self._counters()
        if claimed:
            self._bounds([after for _, after in claimed])
        for before, after in pairs:
            if before is None:
                self._queue_cap(after)

    def caught_up(self) -> None:
        self.sequence += 1  # later than any look at the board so far
        self._note_visible(key for key, row in self.rows.items() if key not in self.visible_since)

    # ------------------------------------------------------------------ what is told

    def _outbox(self, changes: Sequence[Change], pairs: Sequence[tuple[Row | None, Row]]) -> None:
        """A step that is told puts its event in with it, nothing else does, and only a sent event is taken out."""
        items = [(name.partition("#")[2], after) for (kind, name), _, after in changes if kind.startswith("_outbox")]
        put = {event_id for event_id, after in items if after}
        due = {event_of(before, after) for before, after in pairs} - {None}
        self.require(put == due, f"events {put} were put in where {due} are due")
        self.happened |= due
        for event_id in {event_id for event_id, _ in items} - put:
            self.figures["events taken out"] += 1
            self.require(event_id in self.bus.ids(), f"event {event_id} was taken out and never sent")

    def all_told(self) -> None:
        """When faults have stopped: each event was sent, none that never happened, and nothing waits to be sent."""
        self.require(self.bus.ids() == self.happened, f"events sent or due alone: {self.bus.ids() ^ self.happened}")
        left = [key for key in self.dynamo.items if key[0].startswith("_outbox")]
        self.require(not left, f"left in the outbox: {left}")

    # ------------------------------------------------------------------ one row

    def _change(self, before: Row | None, after: Row) -> None:
        if before is None:
            strange = after.key.session_id == QUARANTINE
            self.require((after.status, after.attempt) == (S.FAILED if strange else S.QUEUED, 1), "a row is born wrong")
            self.ended[after.turn] += strange
            return
        if before.status is not after.status:
            self._step(before, after)
        self.require(
            after.attempt - before.attempt == (after.status is S.QUEUED and before.status is not S.QUEUED),
            f"attempt {before.attempt} became {after.attempt} in {before.status} -> {after.status}",
        )
        self.require(after.result_key is None or self._is_own(after), "a result that this attempt did not publish")

    def _is_own(self, row: Row) -> bool:
        own = f"sessions/{row.key.session_id}/jobs/{row.key.job_id}/{row.attempt}/result.json"
        return row.result_key == own and row.status in (S.FINISHING, S.SUCCEEDED)

    def _step(self, before: Row, after: Row) -> None:
        step = (before.status, after.status)
        self.figures[f"{before.status} -> {after.status}"] += 1
        self.require(after.status in TRANSITIONS[before.status], f"no such step: {before.status} -> {after.status}")
        gate, run = self.machine.gate or ("", None)
        self.require(gate == _GATES.get(step, ""), f"{before.status} -> {after.status} by {gate or 'a handler'}")
        if run is not None:
            self._gate(gate, run, after)
        if before.status in ACTIVE and after.status not in ACTIVE:
            self._end(before, after)
        if after.status in FINAL:
            self.ended[after.turn] += 1
            self.require(self.ended[after.turn] == 1, f"attempt {after.attempt} ended twice")
            self.require(after.status is S.SUCCEEDED or not self.published[after.turn], "published, but not succeeded")
        if step == (S.QUEUED, S.FAILED):
            self.require(before.tries >= 5, "poisoned too early")

    def _gate(self, gate: str, run: Run, after: Row) -> None:
        self.require(run.key == after.key and run.attempt == after.attempt, f"{gate} of another attempt")
        self.require(after.execution == run.arn, f"{gate} of another execution")
        passes = self.begun if gate == "BeginJob" else self.published
        passes[after.turn] += 1
        self.require(passes[after.turn] == 1, f"{gate} passed twice")
        self.require(run.input == after.execution_input, "the execution got other bytes than the row has")

    def _end(self, before: Row, after: Row) -> None:
        """A slot is freed: what was known of the execution?"""
        runs = self.runs_of(before)
        self.require(all(run.state not in (WORKING, PUBLISHED) for run in runs), "freed while its execution works")
        if before.status is S.CANCELLING and not before.passed:
            return
        if before.status is S.STARTING and any(is_start_of(arn, before) for arn in self.machine.refused):
            self.require(after.status in (S.FAILED, S.QUEUED, S.TIMED_OUT), f"{after.status} after a refused start")
            return
        end = next((run.end for run in runs if run.end is not None), None)
        if end is None:
            self.require(False, f"freed without evidence, from {before.status}")
        elif after.status is S.SUCCEEDED:
            self.require(self.published[before.turn] == 1, "succeeded without a film")
        elif before.status is not S.CANCELLING:
            self._outcome(end, after)

    def _outcome(self, end: Execution, after: Row) -> None:
        self.require(end != FENCED, "its own execution was fenced")
        late = end.status == "TIMED_OUT" or end.error in (OVERDUE, "TimedOut")
        right = S.QUEUED if end.error == INTERRUPTED else S.TIMED_OUT if late else S.FAILED
        self.require(after.status is right, f"{after.status} after {end.status} {end.error}")

    def runs_of(self, row: Row) -> list[Run]:
        return [run for run in self.machine.runs.values() if (run.key, run.attempt) == row.turn]

    # ------------------------------------------------------------------ counters and bounds

    def _counters(self) -> None:
        rows = [row for row in self.rows.values() if row.key.session_id != QUARANTINE]
        slots = Counter(row.slot for row in rows if row.status in ACTIVE)
        queued = Counter((counter_shard(row.key.job_id), row.priority.name) for row in rows if row.status is S.QUEUED)
        for (kind, name), item in self.dynamo.items.items():
            if kind == "_board" and name.startswith("slots#"):
                self._same(int(item["running"]["N"]), slots.pop(int(name[6:]), 0), f"{name} running")
            elif kind == "_board" and name.startswith("queue#"):
                for priority in Priority:
                    told = int(item.get(priority.name, {"N": "0"})["N"])
                    self._same(told, queued.pop((int(name[6:]), priority.name), 0), f"{name} {priority.name}")
            elif kind == "_held":
                holding = sum(row.held and row.tenant == name for row in rows)
                self._same(int(item["jobs"]["N"]), holding, f"held jobs of {name}")
            elif kind == "_tenants":
                mine = [row for row in rows if row.tenant == name]
                for word, count in (("queued", _queued(mine)), ("running", _running(mine))):
                    self._same(int(item.get(word, {"N": "0"})["N"]), count, f"{word} of {name}")
        self.require(not +slots and not +queued, f"uncounted rows: {slots} {queued}")

    def _same(self, told: int, is_so: int, what: str) -> None:
        self.require(told == is_so, f"{what} is {told}, its rows are {is_so}")

    def _bounds(self, claimed: list[Row]) -> None:
        """After a claim; lowering the limit may leave more running, but adds none."""
        self.figures["claims"] += len(claimed)
        running = _running(self.rows.values())
        most = max(int(shard["maximum"]["N"]) for shard in self.slot_shards())
        self.require(running <= most, f"{running} run where {most} may")
        if any(row.priority is not Priority.HIGH for row in claimed):
            self._reserve(claimed[0].slot or 0)
        for tenant in {row.tenant for row in claimed} - {OPERATORS}:
            cap = self.caps.tenant_max_running
            mine = _running(row for row in self.rows.values() if row.tenant == tenant)
            self.require(not cap or mine <= cap, f"{mine} of tenant {tenant} run where {cap} may")

    def _reserve(self, slot: int) -> None:
        """After a claim for NORMAL or LOW. Each shard keeps its own part: a raised reserve fills as jobs end."""
        shard = self.dynamo.items["_board", f"slots#{slot:02d}"]
        running, most, kept = (int(shard[name]["N"]) for name in ("running", "limit", "reserved"))
        self.require(running <= most - kept, f"{running} run in a shard of {most} that keeps {kept} for HIGH")

    def limits_are(self, limits: Limits) -> None:
        """After a sweep that nobody disturbed, its limits are those that claims are held to."""
        shards = self.slot_shards()
        told = {int(shard["maximum"]["N"]) for shard in shards}
        self.require(told == {limits.max_concurrent_jobs}, f"the limit is {told}, it should be {limits}")
        most = sum(int(shard["limit"]["N"]) for shard in shards)
        if len(shards) == 1 and most == limits.max_concurrent_jobs:
            kept = min(limits.reserved_high_slots, max(0, most - 1))  # all classes may have one slot
            self._same(int(shards[0]["reserved"]["N"]), kept, "the reserve")

    def slot_shards(self) -> list[Mapping[str, Any]]:
        items = self.dynamo.items.items()
        return [item for (kind, name), item in items if kind == "_board" and name.startswith("slots#")]

    def _queue_cap(self, born: Row) -> None:
        cap = self.caps.tenant_max_queued
        if cap and born.tenant != OPERATORS and born.status is S.QUEUED:
            mine = _queued(row for row in self.rows.values() if row.tenant == born.tenant)
            self.require(mine <= cap, f"{mine} of tenant {born.tenant} wait where {cap} may")

    # ------------------------------------------------------------------ order

    def _note_visible(self, keys: Any) -> None:
        for key in keys:
            self.visible_since.pop(key, None)
            if (key.session_id, key.job_id) not in self.dynamo.behind:
                self.visible_since[key] = self.sequence

    def _claim(self, batch: list[Row]) -> None:
        """No better job may be left behind that the claimer could see all the while, and could have claimed."""
        handler = self.stage.current
        looked = -1 if handler is None else handler.looked
        worst = max(row.order for row in batch)
        claimed = {row.key for row in batch}
        for row in self.rows.values():
            if row.key in claimed or row.status is not S.QUEUED or row.held or row.order > worst:
                continue
            if self.visible_since.get(row.key, NEVER) <= looked and self._could_run(row, batch, looked):
                self.broken.append(f"{row.key.job_id} ({row.priority.name}) was passed over")
        for tenant in {row.tenant for row in batch}:
            self.tenant_changed[tenant] = (self.sequence, handler)

    def _could_run(self, row: Row, batch: list[Row], looked: int) -> bool:
        """A job of the same group takes the same slots; a tenant at its cap has its jobs held instead."""
        if row.tries >= 5 or (row.priority is Priority.HIGH) is not (batch[0].priority is Priority.HIGH):
            return False
        cap = self.caps.tenant_max_running
        if not cap or row.tenant == OPERATORS:
            return True
        at, by = self.tenant_changed.get(row.tenant, (-1, None))
        mine = _running(other for other in self.rows.values() if other.tenant == row.tenant)
        taken = sum(other.tenant == row.tenant for other in batch)
        return (at <= looked or by is self.stage.current) and (mine + taken < cap)


def event_of(before: Row | None, after: Row) -> str | None:
    is_told = after.status in _TOLD and after.key.session_id != QUARANTINE
    if not is_told or (before is not None and before.status is after.status):
        return None
    return f"{after.key.job_id}-{after.attempt}-{_TOLD[after.status]}"


def is_start_of(arn: str, row: Row) -> bool:
    return f":{row.key.job_id}-{row.attempt}-" in arn


def _running(rows: Any) -> int:
    return sum(row.status in ACTIVE for row in rows)


def _queued(rows: Any) -> int:
    return sum(row.status is S.QUEUED for row in rows)
