"""The job as the state machine hands it to every stage."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from roughcut.jobs.errors import PipelineError


@dataclass(frozen=True, slots=True)
class StageJob:
    """One attempt of a job. `prefix` is where it writes; `deadline_ms` since 1970."""

    session_id: str
    job_id: str
    attempt: int
    job_type: str
    request_key: str
    prefix: str
    deadline_ms: int
    fresh: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{name: document[name] for name in cls.__slots__ if name in document})

    def engine(self, name: str) -> str:
        """The encoder's name for content keys; a retry from the start shares none with earlier attempts."""
        return f"{name} {self.job_id} {self.attempt}" if self.fresh else name

    @property
    def session_prefix(self) -> str:
        return f"sessions/{self.session_id}/"

    @property
    def chunks_prefix(self) -> str:
        return f"chunks/{self.session_id}/"


@contextmanager
def during(stage: str) -> Iterator[None]:
    """What goes wrong inside bears the stage's name, as `status` shows it."""
    try:
        yield
    except PipelineError as problem:
        problem.stage = problem.stage or stage
        raise
