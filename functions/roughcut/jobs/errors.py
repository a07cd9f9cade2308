"""What can go wrong with a job, by the names that clients, the state machine and the runbook use.

The class name is the contract: Step Functions matches it, `status` shows it as `error.code`. The first line of the
message is a sentence for people; a second line of JSON carries the stage and the clip, because a Lambda error has no
other place for them.
"""

import json
from dataclasses import dataclass


class PipelineError(Exception):
    """Base of every error that a stage raises on purpose; `code` is what `status` calls it."""

    def __init__(self, problem: str, *, stage: str | None = None, clip: str | None = None) -> None:
        super().__init__(problem)
        self.problem, self.stage, self.clip = problem, stage, clip

    def __str__(self) -> str:
        details = {k: v for k, v in (("stage", self.stage), ("clip", self.clip)) if v is not None}
        return f"{self.problem}\n{json.dumps(details)}" if details else self.problem


class SourceMissing(PipelineError):
    """A clip or image that the request names is not in the bucket."""


class SourceUnreadable(PipelineError):
    """A source is there but is not media that can be decoded."""


class SourceChanged(PipelineError):
    """A source was replaced after the edit was decided."""


class PlanTooLarge(PipelineError):
    """The film would not fit a limit: time, memory, disk, pixels or parts."""


class SlideFailed(PipelineError):
    """A slide could not be rendered."""


class EncodeFailed(PipelineError):
    """The encoder ended with an error, or what it wrote is not what was planned."""


class TimedOut(PipelineError):
    """The attempt's deadline passed."""


class EncoderKilled(PipelineError):
    """The encoder process was killed from outside; the state machine tries the task again."""


class ChunkUnfinished(PipelineError):
    """A chunk takes longer than a worker lives; the state machine calls again, and the next one goes on with it."""


class AttemptOver(PipelineError):
    """The attempt was cancelled, timed out or replaced while this worker was still busy with it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed, as `status` shows it."""

    code: str
    message: str
    stage: str | None = None
    clip: str | None = None


def split_details(message: str) -> tuple[str, dict[str, str]]:
    """Undo `PipelineError.__str__`: the sentence, and its details ({} for any other message)."""
    sentence, newline, last = message.rpartition("\n")
    try:
        details = json.loads(last) if newline else None
    except ValueError:
        details = None
    return (sentence, details) if isinstance(details, dict) else (message, {})
