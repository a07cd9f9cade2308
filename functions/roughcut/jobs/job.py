"""A job as a value: what its row says."""

import json
from dataclasses import dataclass
from typing import NamedTuple

from roughcut.jobs.errors import Failure
from roughcut.jobs.ids import execution_name
from roughcut.jobs.order import Priority
from roughcut.jobs.spent import Spent
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import tenant_of

VERSION = 1  # of rows, messages and execution inputs
QUARANTINE = "_quarantine"  # the session of messages that are no jobs; no client can spell it


class JobKey(NamedTuple):
    """Where the row is; the session as it is stored (jobs/tenancy.py)."""

    session_id: str
    job_id: str

    @property
    def tenant(self) -> str:
        return tenant_of(self.session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. Times are milliseconds since 1970, UTC; a row of it stays under 1 KB with names of usual length.

    `spent` is what earlier attempts took; `quoted_micros` the millionths of a US dollar that it was quoted at.
    """

    session_id: str
    job_id: str
    job_type: str
    priority: Priority
    status: Status
    attempt: int
    created_ms: int
    submitted_ms: int
    request_hash: str
    order: str
    v: int = VERSION
    slides: int = 0
    tries: int = 0
    held: bool = False
    fresh: bool = False
    slot: int | None = None
    check_at: int | None = None
    started_ms: int | None = None
    deadline_ms: int | None = None
    finished_ms: int | None = None
    execution_input: str | None = None
    execution: str | None = None
    passed: bool = False
    result_key: str | None = None
    failure: Failure | None = None
    spent: Spent | None = None
    quoted_micros: int | None = None

    @property
    def key(self) -> JobKey:
        return JobKey(self.session_id, self.job_id)

    @property
    def tenant(self) -> str:
        return self.key.tenant

    @property
    def execution_name(self) -> str:
        return execution_name(self.job_id, self.attempt, self.created_ms)

    @property
    def prefix(self) -> str:
        """Where this attempt writes. Nothing below it is shown before the Publish gate."""
        return f"sessions/{self.session_id}/jobs/{self.job_id}/{self.attempt}/"

    @property
    def request_key(self) -> str:
        """Where the stages find the request. The table has it first; every start writes it there again."""
        return f"sessions/{self.session_id}/jobs/{self.job_id}/request.json"


def execution_input(job: Job, deadline_ms: int) -> str:
    """What the state machine gets. Stored with the claim: a repeated StartExecution must send the same bytes."""
    return json.dumps(
        {
            "job": {
                "v": VERSION,
                "session_id": job.session_id,
                "job_id": job.job_id,
                "attempt": job.attempt,
                "execution": job.execution_name,
                "job_type": job.job_type,
                "slides": job.slides,
                "fresh": job.fresh,
                "request_key": job.request_key,
                "prefix": job.prefix,
                "deadline_ms": deadline_ms,
            }
        }
    )
