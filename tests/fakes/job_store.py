"""The table in memory, with the same guards. tests/adapters holds it to the same suite as the real one."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from roughcut.aws.effects import TenantCaps
from roughcut.aws.rows import held_shard, index_values, ready_shard
from roughcut.jobs.announcement import Announcement, announcement
from roughcut.jobs.board import Board, Due, Progress, QueueCounter, SlotShard, TenantLoad, Waiting
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import SHARDS, Priority, counter_shard, shard
from roughcut.jobs.slots import shares
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import OPERATORS
from roughcut.ports import Outcome

BUCKET_MS = 600_000
QUEUED = Status.QUEUED


class Rows(dict[JobKey, Job]):
    """The rows, and the sparse indexes `ready` (sorted partitions) and `active`, which follow every write."""

    def __init__(self) -> None:
        super().__init__()
        self.partitions: defaultdict[str, list[Waiting]] = defaultdict(list)
        self.active: dict[JobKey, Job] = {}

    def __setitem__(self, key: JobKey, job: Job) -> None:
        before, after = _place(self.get(key)), _place(job)
        if before != after:
            if before is not None:
                entries = self.partitions[before[0]]
                del entries[bisect_left(entries, Waiting(before[1], key))]
            if after is not None:
                insort(self.partitions[after[0]], Waiting(after[1], key))
        super().__setitem__(key, job)
        if job.status.holds_slot:
            self.active[key] = job
        else:
            self.active.pop(key, None)


class FakeJobStore:
    """`slots` and `counters` are stored, not derived: a lost or doubled count shows, as it would in the table."""

    def __init__(self, caps: TenantCaps | None = None, fresh: list[Announcement] | None = None) -> None:
        self.caps = caps or TenantCaps()
        self.fresh = [] if fresh is None else fresh
        self.outbox: dict[str, Announcement] = {}
        self.rows = Rows()
        self.requests: dict[JobKey, bytes] = {}
        self.bodies: dict[JobKey, str] = {}
        self.slots: dict[int, SlotShard] = {}
        self.counters: dict[int, QueueCounter] = {}
        self.tenants: dict[str, Counter[str]] = {}
        self.limit = 0
        self.holders: Counter[str] = Counter()
        self.reports: dict[JobKey, Progress] = {}
        self.over: set[JobKey] = set()
        self.figures: Counter[tuple[int, str]] = Counter()
        self.days: defaultdict[tuple[str, str], list[tuple[str, JobKey]]] = defaultdict(list)
        self.sessions: defaultdict[str, list[JobKey]] = defaultdict(list)

    def create(self, job: Job, request: bytes) -> Outcome:
        if job.key in self.rows:
            return Outcome.LOST
        if self.caps.queued and job.tenant != OPERATORS and self._load(job)["queued"] >= self.caps.queued:
            return Outcome.TENANT_FULL
        self.rows[job.key] = job
        self._register(job)
        self.requests[job.key] = request
        self._count_queued(job, +1)
        self._announce(None, job)
        return Outcome.DONE

    def quarantine(self, job: Job, body: str) -> bool:
        if job.key in self.rows:
            return False
        self.rows[job.key] = job
        self._register(job)
        self.bodies[job.key] = body
        return True

    def get(self, key: JobKey) -> Job | None:
        return self.rows.get(key)

    def get_many(self, keys: Sequence[JobKey]) -> list[Job]:
        return [self.rows[key] for key in keys if key in self.rows]

    def request(self, key: JobKey) -> bytes:
        return self.requests[key]

    def claim(self, pairs: Sequence[tuple[Job, Job]], slot: SlotShard) -> list[Outcome]:
        outcomes = {job.job_id: Outcome.LOST for job, _ in pairs if not self._is_as_read(job)}
        left = [pair for pair in pairs if pair[0].job_id not in outcomes]
        taken: Counter[str] = Counter()
        for job, _ in left:
            capped = self.caps.running and job.tenant != OPERATORS
            if capped and self._load(job)["running"] + taken[job.tenant] >= self.caps.running:
                outcomes[job.job_id] = Outcome.TENANT_FULL
            taken[job.tenant] += 1
        left = [pair for pair in left if pair[0].job_id not in outcomes]
        fits = self._fits([job for job, _ in left], slot)
        for job, to in left:
            outcomes[job.job_id] = Outcome.DONE if fits else Outcome.NO_SLOT
            if fits:
                self._start(job, to, slot)
        return [outcomes[job.job_id] for job, _ in pairs]

    def move(self, job: Job, to: Job) -> Outcome:
        if not self._is_as_read(job):
            return Outcome.LOST
        freed = job.status.holds_slot and not to.status.holds_slot
        if freed:
            self._add_running(job.slot or 0, -1)
            self._load(job)["running"] -= 1
        queued = (to.status is QUEUED) - (job.status is QUEUED)
        if queued:
            self._count_queued(to, queued)
        if to.status.is_final:
            self.figures[((to.finished_ms or 0) // BUCKET_MS, to.status.word)] += 1
        self.holders[to.tenant] += to.held - job.held
        if job.status.holds_slot and to.status is not Status.SUCCEEDED:
            self.over.add(job.key)
        self._merge(job, to)
        self._announce(job, to)
        return Outcome.DONE

    def postpone(self, job: Job, check_at: int) -> None:
        if self._is_as_read(job):
            self.rows[job.key] = replace(self.rows[job.key], check_at=check_at)

    def board(self) -> Board:
        return Board(tuple(self.slots.values()), tuple(self.counters.values()), self.limit)

    def set_limit(self, limit: int, reserved: int) -> None:
        self.limit = limit
        running = [slot.running for slot in self.slots.values()]
        for number, (share, kept_back) in enumerate(shares(limit, reserved, running)):
            slot = self.slots.get(number, SlotShard(number, 0, 0))
            self.slots[number] = replace(slot, limit=share, reserved=kept_back)

    def slot_census(self) -> Mapping[int, int]:
        return Counter(job.slot for job in self.rows.active.values())

    def suspect(self, counter: SlotShard | QueueCounter, now_ms: int) -> None:
        self._set_if_still(counter, lambda known: replace(known, suspected=counter.changes, suspected_ms=now_ms))

    def repair(self, counter: SlotShard | QueueCounter, right: SlotShard | QueueCounter) -> bool:
        return self._set_if_still(counter, lambda _: replace(right, changes=counter.changes + 1))

    def waiting(self, priority: Priority, shard: int, limit: int) -> list[Waiting]:
        return self.rows.partitions[ready_shard(priority, shard)][:limit]

    def held(self, tenant: str, priority: Priority, limit: int) -> list[Waiting]:
        return self.rows.partitions[held_shard(tenant, priority)][:limit]

    def holding_tenants(self) -> list[str]:
        return sorted(tenant for tenant, jobs in self.holders.items() if jobs)

    def tenant_load(self, tenant: str) -> TenantLoad:
        load = self.tenants.get(tenant, Counter())
        return TenantLoad(load["queued"], load["running"])

    def count_before(self, priority: Priority, shard: int, order: str, limit: int) -> int:
        return min(limit, bisect_left(self.rows.partitions[ready_shard(priority, shard)], (order,)))

    def due(self, now_ms: int, limit: int) -> list[Due]:
        due = [job for job in self.rows.active.values() if job.check_at is not None and job.check_at <= now_ms]
        due.sort(key=lambda job: job.check_at)
        return [Due(job.key, job.attempt) for job in due[:limit]]

    def session_jobs(self, session_id: str) -> list[Job]:
        jobs = [self.rows[key] for key in self.sessions[session_id]]
        return sorted(jobs, key=lambda job: job.submitted_ms, reverse=True)

    def recent(self, tenant: str, day: str, before: str, limit: int) -> list[Waiting]:
        entries = self.days[tenant, day]
        end = bisect_left(entries, (before,)) if before else len(entries)
        return _entries(entries[max(0, end - limit) : end][::-1])

    def first_day(self) -> str | None:
        return min((day for (_, day), entries in self.days.items() if entries), default=None)

    def ended_since(self, since_ms: int) -> tuple[int, int]:
        def total(word: str) -> int:
            return sum(n for (at, w), n in self.figures.items() if w == word and at >= since_ms // BUCKET_MS)

        return total("completed"), total("failed")

    def progress(self, keys: Sequence[JobKey]) -> dict[JobKey, Progress]:
        return {key: self.reports[key] for key in keys if key in self.reports}

    def unannounced(self, until_ms: int, limit: int) -> Iterator[list[Announcement]]:
        found = sorted((told for told in self.outbox.values() if told.at_ms <= until_ms), key=lambda told: told.at_ms)
        for number in range(SHARDS):
            yield [told for told in found if shard(told.job.job_id) == number][:limit]

    def announced(self, told: Sequence[Announcement]) -> None:
        for each in told:
            self.outbox.pop(each.event_id, None)

    def _announce(self, before: Job | None, job: Job) -> None:
        told = announcement(before, job)
        if told is not None:
            self.outbox[told.event_id] = told
            self.fresh.append(told)

    def _merge(self, job: Job, to: Job) -> None:
        """Only what the caller changed is written: the row may have got other attributes since it was read."""
        row = self.rows[job.key]
        self.rows[job.key] = to if row is job else replace(row, **_changed(job, to))

    def _register(self, job: Job) -> None:
        self.sessions[job.session_id].append(job.key)
        insort(self.days[job.tenant, _day(job)], (f"{job.submitted_ms:016d}#{job.job_id}", job.key))

    def _is_as_read(self, job: Job) -> bool:
        row = self.rows.get(job.key)
        return row is not None and (row.status, row.attempt, row.held) == (job.status, job.attempt, job.held)

    def _fits(self, jobs: Sequence[Job], slot: SlotShard) -> bool:
        known = self.slots.get(slot.number)
        kept_back = 0 if all(job.priority is Priority.HIGH for job in jobs) else slot.reserved
        if known is None or (known.limit, known.reserved) != (slot.limit, slot.reserved):
            return False
        return known.running + len(jobs) <= slot.limit - kept_back

    def _start(self, job: Job, to: Job, slot: SlotShard) -> None:
        self._add_running(slot.number, +1)
        self._load(job)["running"] += 1
        self._count_queued(job, -1)
        self._merge(job, to)
        self._announce(job, to)
        self.reports[job.key] = Progress(to.attempt, {}, {})
        self.over.discard(job.key)

    def _add_running(self, number: int, delta: int) -> None:
        slot = self.slots[number]
        self.slots[number] = SlotShard(
            number,
            slot.running + delta,
            slot.limit,
            slot.reserved,
            slot.changes + 1,
            slot.suspected,
            slot.suspected_ms,
        )

    def _count_queued(self, job: Job, delta: int) -> None:
        number = counter_shard(job.job_id)
        counter = self.counters.get(number, QueueCounter(number, {}))
        queued = {**counter.queued, job.priority: counter.queued.get(job.priority, 0) + delta}
        if not queued[job.priority]:  # most counters are empty most of the time: the board is read at every drain
            del queued[job.priority]
        changes = counter.changes + 1
        self.counters[number] = QueueCounter(number, queued, changes, counter.suspected, counter.suspected_ms)
        self._load(job)["queued"] += delta

    def _load(self, job: Job) -> Counter[str]:
        return self.tenants.setdefault(job.tenant, Counter())

    def _set_if_still(self, counter, change) -> bool:
        where = self.slots if isinstance(counter, SlotShard) else self.counters
        if where[counter.number].changes != counter.changes:
            return False
        where[counter.number] = change(where[counter.number])
        return True


def _place(job: Job | None) -> tuple[str, str] | None:
    """The partition and sort key of a row in the `ready` index, which holds queued rows only."""
    if job is None or job.status is not QUEUED:
        return None
    values = index_values(job)
    return values["ready_shard"], values["ready_order"]


def _entries(found: Iterable[tuple[str, JobKey]]) -> list[Waiting]:
    return [Waiting(order, key) for order, key in found]


def _changed(job: Job, to: Job) -> dict[str, object]:
    return {name: getattr(to, name) for name in Job.__slots__ if getattr(to, name) != getattr(job, name)}


def _day(job: Job) -> str:
    return datetime.fromtimestamp(job.submitted_ms / 1000, UTC).date().isoformat()
