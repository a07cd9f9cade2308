"""What every use case of dispatch is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from roughcut.door import MediaDoor
from roughcut.jobs.announcement import Announcement
from roughcut.jobs.board import Due
from roughcut.ports import Clock, EventBus, Executions, FilmPlanner, JobStore, Queues


@dataclass(frozen=True, slots=True)
class Limits:
    """What the stack's parameters say. Zeros: nothing runs, no HIGH slots kept, strict priorities, no caps."""

    max_concurrent_jobs: int = 3
    reserved_high_slots: int = 0
    job_timeout_minutes: int = 15
    priority_aging_minutes: int = 0
    tenant_max_queued: int = 0
    tenant_max_running: int = 0


def one_by_one(do: Callable[[Due], None], entries: Sequence[Due]) -> None:
    """The plainest way to look at many rows."""
    for entry in entries:
        do(entry)


def nothing_learned(_kind: str) -> Mapping[str, Sequence[float]]:
    """Of a table in which no film has been finished."""
    return {}


@dataclass(frozen=True, slots=True)
class Desk:
    """The ports and the limits. `randomness(n)` gives n random bytes; `side_by_side` does one thing to many rows.

    `speeds` tells how many times the foreseen time films of a largest rung took, by part (`roughcut.jobs.speed`).
    `fresh`: what has happened since the last `announce`; the table's listener adds to it.
    """

    jobs: JobStore
    queues: Queues
    executions: Executions
    media: MediaDoor
    events: EventBus
    planner: FilmPlanner
    clock: Clock
    randomness: Callable[[int], bytes]
    limits: Limits
    side_by_side: Callable[[Callable[[Due], None], Sequence[Due]], None] = one_by_one
    speeds: Callable[[str], Mapping[str, Sequence[float]]] = nothing_learned
    fresh: list[Announcement] = field(default_factory=list)
    has_console: bool = False  # AWS's own, which shows executions
