"""The states of a job, which of them hold a slot, and the only ways from one to another.

Source: docs/dispatch.md. Every guard also requires that the attempt is the same.
"""

from enum import StrEnum


class Status(StrEnum):
    """The inner states. The outside sees `word`."""

    QUEUED = "QUEUED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    FINISHING = "FINISHING"
    CANCELLING = "CANCELLING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"

    @property
    def word(self) -> str:
        """One of the five words that clients see."""
        return _WORDS[self]

    @property
    def holds_slot(self) -> bool:
        """Counted in the slot counter, and therefore against MAX_CONCURRENT_JOBS."""
        return self in ACTIVE

    @property
    def is_final(self) -> bool:
        """Only a retry leads out of it."""
        return self in FINAL


ACTIVE = frozenset({Status.STARTING, Status.RUNNING, Status.FINISHING, Status.CANCELLING})
FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.TIMED_OUT, Status.CANCELLED})

_WORDS = {
    Status.QUEUED: "queued",
    **dict.fromkeys(ACTIVE, "processing"),
    Status.SUCCEEDED: "completed",
    Status.FAILED: "failed",
    Status.TIMED_OUT: "failed",
    Status.CANCELLED: "cancelled",
}

# STARTING -> RUNNING and RUNNING -> FINISHING belong to the state machine's two gates: no code of ours makes them.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.STARTING, Status.CANCELLED, Status.FAILED}),
    Status.STARTING: frozenset(
        {Status.RUNNING, Status.FAILED, Status.TIMED_OUT, Status.QUEUED, Status.CANCELLING},
    ),
    Status.RUNNING: frozenset(
        {Status.FINISHING, Status.FAILED, Status.TIMED_OUT, Status.QUEUED, Status.CANCELLING},
    ),
    Status.FINISHING: frozenset({Status.SUCCEEDED}),
    Status.CANCELLING: frozenset({Status.CANCELLED}),
    Status.SUCCEEDED: frozenset(),
    Status.FAILED: frozenset({Status.QUEUED}),
    Status.TIMED_OUT: frozenset({Status.QUEUED}),
    Status.CANCELLED: frozenset({Status.QUEUED}),
}
