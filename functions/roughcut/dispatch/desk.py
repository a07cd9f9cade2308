"""What every use case of dispatch is given."""

from collections.abc import Callable
from dataclasses import dataclass

from roughcut.ports import Clock, Executions, JobStore, MediaStore, Queues


@dataclass(frozen=True, slots=True)
class Limits:
    """What the stack's parameters say. Zeros: nothing runs, no HIGH slots kept, strict priorities, no caps."""

    max_concurrent_jobs: int = 3
    reserved_high_slots: int = 0
    job_timeout_minutes: int = 15
    priority_aging_minutes: int = 0
    tenant_max_queued: int = 0
    tenant_max_running: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The ports and the limits. `randomness(n)` gives n random bytes."""

    jobs: JobStore
    queues: Queues
    executions: Executions
    media: MediaStore
    clock: Clock
    randomness: Callable[[int], bytes]
    limits: Limits
