"""Why an execution failed, read from what Step Functions says of it."""

import json
from typing import Any, Protocol

from roughcut.jobs.errors import Failure, split_details
from roughcut.jobs.progress import Parts, stage_of

MESSAGE_LIMIT = 300  # characters kept in the row, which stays under 1 KB

# The error codes of the contract that stages raise by name; all others are Internal.
_CODES = frozenset(
    {"SourceMissing", "SourceUnreadable", "SourceChanged", "PlanTooLarge", "SlideFailed", "EncodeFailed", "TimedOut"}
)
_SAME_AS = {
    "EncoderKilled": "EncodeFailed",
    "ChunkUnfinished": "TimedOut",
    "States.Timeout": "TimedOut",
    "Sandbox.Timedout": "TimedOut",
    "Roughcut.TimedOut": "TimedOut",
}


class HasParts(Protocol):
    """Anything that knows how far each worker came."""

    @property
    def parts(self) -> Parts: ...


def failure_of(status: str, error: str | None, cause: str | None, job_type: str, progress: HasParts | None) -> Failure:
    """`status`, `error` and `cause` as DescribeExecution gives them."""
    message, details = _sentence(cause)
    code = "TimedOut" if status == "TIMED_OUT" else _SAME_AS.get(error or "", error or "")
    return Failure(
        code=code if code in _CODES else "Internal",
        message=(message or f"the execution ended {status} ({error or 'no error name'})")[:MESSAGE_LIMIT],
        stage=details.get("stage") or (stage_of(job_type, progress.parts) if progress else None),
        clip=details.get("clip"),
    )


def timed_out(failure: Failure) -> bool:
    return failure.code == "TimedOut"


def _sentence(cause: str | None) -> tuple[str, dict[str, str]]:
    """A Lambda's cause is JSON with an errorMessage; any other cause is a sentence already."""
    try:
        told: Any = json.loads(cause or "")
    except ValueError:
        told = None
    message = told.get("errorMessage", "") if isinstance(told, dict) else cause or ""
    return split_details(message)
