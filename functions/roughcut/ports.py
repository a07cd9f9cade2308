"""What the domain needs from the outside, named for the need. Adapters live in `roughcut.aws`, fakes in `tests`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from roughcut.jobs.announcement import Announcement
from roughcut.jobs.board import Board, Due, Progress, QueueCounter, SlotShard, TenantLoad, Waiting
from roughcut.jobs.history import HistoryEvent
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import SubmitRequest
from roughcut.media.ranges import Range


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in the media bucket. `etag`, without quotes, changes with the bytes; `modified_ms` is since 1970."""

    key: str
    size: int
    etag: str
    modified_ms: int = 0


class Clock(Protocol):
    """Milliseconds since 1970, UTC."""

    def __call__(self) -> int: ...


class MediaStore(Protocol):
    """The media bucket."""

    def find(self, key: str) -> StoredObject | None:
        """The object at `key`, or None."""

    def list(self, prefix: str) -> Iterable[StoredObject]:
        """Every object below `prefix`."""

    def read(self, key: str) -> bytes:
        """The whole object, for small ones (JSON). Raises `SourceMissing`."""

    def write(self, key: str, body: bytes, content_type: str) -> None:
        """Create or replace a small object."""

    def download(self, key: str, to: Path, *, etag: str | None = None) -> None:
        """Fetch to a file. Raises `SourceMissing`; with `etag`, `SourceChanged` if the object is another by now."""

    def download_ranges(self, key: str, to: Path, ranges: Sequence[Range], *, etag: str) -> None:
        """Write these bytes, and no others, at their own places into a file that exists. Raises as `download` does."""

    def upload(self, path: Path, key: str, content_type: str) -> None:
        """Store a file."""

    def write_once(self, key: str, body: bytes, content_type: str) -> bool:
        """Create; False, and nothing written, if the key exists already."""


class ProgressSink(Protocol):
    """Where a stage says how far it is."""

    def expect(self, group: str, count: int) -> None:
        """So many workers of a group ("chunk", "package") will report. Raises `AttemptOver`."""

    def advance(self, worker: str, fraction: float) -> None:
        """`worker` ("slides", "stitch", "chunk-0", "package-720p") is at 0..1 of its part.

        Parts that differ are counted in mean ones: the worker of a large one ends above 1. Raises `AttemptOver`.
        """

    def note_spent(self, worker: str) -> None:
        """What the call took that this is the sink of, should it end without a report."""


class Outcome(Enum):
    """What became of a conditional write."""

    DONE = "done"
    LOST = "lost"  # the row is not in that state any more: somebody else moved it
    NO_SLOT = "no slot"  # the claim was right, but the slots are taken
    TENANT_FULL = "tenant full"  # there are slots, but not for this tenant


class JobStore(Protocol):
    """The table. Every write is conditional on the row's status and attempt."""

    def create(self, job: Job, request: bytes) -> Outcome:
        """Add a queued job with its request. LOST if the row exists already, TENANT_FULL at the tenant's queue cap."""

    def quarantine(self, job: Job, body: str) -> bool:
        """Add a failed row for a message that is no job, with the message's text. False if it is there already."""

    def get(self, key: JobKey) -> Job | None:
        """The row, read consistently."""

    def get_many(self, keys: Sequence[JobKey]) -> list[Job]:
        """The rows that exist, read consistently, in no order."""

    def request(self, key: JobKey) -> bytes:
        """The job's request, as `create` got it."""

    def claim(self, pairs: Sequence[tuple[Job, Job]], slot: SlotShard) -> list[Outcome]:
        """QUEUED -> STARTING for each (job, starting), slots from one shard, in one transaction if all goes well."""

    def move(self, job: Job, to: Job) -> Outcome:
        """`job` -> `to`; slot, counters and the workers' fence follow in the same transaction. Never takes a slot."""

    def postpone(self, job: Job, check_at: int) -> None:
        """Look at the active row again at `check_at`; nothing if it has moved."""

    def board(self) -> Board:
        """Slots, queue counters and the limit, read consistently. No slot shards before the first `set_limit`."""

    def set_limit(self, limit: int, reserved: int) -> None:
        """Make `limit` the one that every claim is held to, `reserved` of it for HIGH jobs, all but one at most."""

    def slot_census(self) -> Mapping[int, int]:
        """Active rows by the slot shard they hold, counted in the `active` index."""

    def suspect(self, counter: SlotShard | QueueCounter, now_ms: int) -> None:
        """Note on a counter that it differs from its rows, at this number of changes and this time."""

    def repair(self, counter: SlotShard | QueueCounter, right: SlotShard | QueueCounter) -> bool:
        """Set a counter right if it has not changed since it was read."""

    def waiting(self, priority: Priority, shard: int, limit: int) -> list[Waiting]:
        """The first jobs of one partition of the `ready` index, in order."""

    def count_before(self, priority: Priority, shard: int, order: str, limit: int) -> int:
        """How many jobs of the partition come before `order`, counted up to `limit`."""

    def held(self, tenant: str, priority: Priority, limit: int) -> list[Waiting]:
        """The first jobs of a class that wait for their tenant's own cap, in order."""

    def holding_tenants(self) -> list[str]:
        """Tenants that have held jobs; counted exactly, in the transactions that hold and bring back."""

    def tenant_load(self, tenant: str) -> TenantLoad:
        """Read consistently; not kept for the operators."""

    def due(self, now_ms: int, limit: int) -> list[Due]:
        """Active jobs to look at now, longest overdue first."""

    def session_jobs(self, session_id: str) -> list[Job]:
        """The session's newest jobs, newest first: one page, about 1,000."""

    def recent(self, tenant: str, day: str, before: str, limit: int) -> list[Waiting]:
        """A tenant's jobs submitted on a day (2026-11-24), newest first, those before `before` ("" is all)."""

    def first_day(self) -> str | None:
        """The day on which this table got its first limit; nothing is older."""

    def ended_since(self, since_ms: int) -> tuple[int, int]:
        """(completed, failed) in the ten-minute buckets from `since_ms` on."""

    def progress(self, keys: Sequence[JobKey]) -> dict[JobKey, Progress]:
        """How far the jobs are; those that never started are left out."""

    def unannounced(self, until_ms: int, limit: int) -> Iterator[Sequence[Announcement]]:
        """What has happened up to this time and was not told: up to `limit` of each shard, oldest first."""

    def announced(self, told: Sequence[Announcement]) -> None:
        """These have been told of."""


class Queues(Protocol):
    """The doorbells."""

    def ring(self, job: Job) -> None:
        """Tell the dispatchers about a queued job."""

    def dead_lettered(self) -> int:
        """How many messages lie in the dead-letter queue, about."""


@dataclass(frozen=True, slots=True)
class Event:
    """What listeners get. The same `event_id` is the same event, however often it comes."""

    event_id: str
    title: str
    detail: Mapping[str, Any]


class EventBus(Protocol):
    """Who listens is not known."""

    def publish(self, events: Sequence[Event]) -> list[str]:
        """The ids of those, of ten at most, that the bus took. Raises if it does not answer."""


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution as Step Functions tells of it: the answer may be stale. `cause` is Step Functions' text."""

    status: str  # RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED
    error: str | None = None
    cause: str | None = None

    @property
    def is_closed(self) -> bool:
        return self.status != "RUNNING"


class StartRefused(Exception):
    """Step Functions will never start this execution, however often it is asked."""


class Executions(Protocol):
    """The state machine."""

    def start(self, name: str, execution_input: str) -> None:
        """Start, or nothing if the name is taken or the service busy (the sweep decides). Raises `StartRefused`."""

    def describe(self, name: str) -> Execution | None:
        """None if Step Functions does not know the name (yet)."""

    def history(self, name: str) -> Iterable[HistoryEvent]:
        """Everything that the execution did, oldest first; nothing if Step Functions does not know the name."""

    def stop(self, name: str, error: str, cause: str) -> None:
        """Ask for the end of the execution; nothing if it has ended."""

    def arn(self, name: str) -> str:
        """The execution's ARN."""


class FilmPlanner(Protocol):
    """Makes the plan of a job that nobody has queued."""

    def foresee(self, request: SubmitRequest) -> Mapping[str, Any]:
        """A document that fits `quote_job.out`. Raises `NotPlanned`."""


class Encoder(Protocol):
    """FFmpeg, held to a deadline."""

    @property
    def name(self) -> str:
        """Which encoder on which processor: equal names give the same frames, of equal bits where no rate is held."""

    def run(self, arguments: Sequence[str], folder: Path, on_line: Callable[[str], None] = ...) -> str:
        """Run one command in `folder`; `on_line` gets each line of its stdout. Returns what it wrote to stderr.

        Raises `EncodeFailed` with FFmpeg's own words, `EncoderKilled`, `TimedOut`, `PlanTooLarge` (the disk is full);
        and whatever `on_line` raises, once the process is gone.
        """
