"""Messages that somebody else put on a job queue: a submit request becomes a job, anything else a row that shows it."""

from collections.abc import Mapping
from typing import Any

from roughcut.contracts import ContractBroken, check
from roughcut.contracts.documents import Unreadable, parsed
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.submit import enqueue
from roughcut.jobs.errors import Failure
from roughcut.jobs.job import QUARANTINE, Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import RequestRefused, parse_submit
from roughcut.jobs.status import Status

_SHOWN = 4096  # characters of a strange message that its row keeps


class NotAJob(Exception):
    """A message that is neither a submit request nor the ids of a known job."""


def take_in(desk: Desk, message_id: str, body: str) -> JobKey:
    """The job that a message is about: known already, or made from it. Raises `NotAJob`.

    A message comes again and again until it is acknowledged: without a key of its own it is keyed by its id.
    """
    document = _document(body)
    if "payload" not in document:
        return _known(desk, document)
    if document.get("operation", "submit") != "submit":
        raise NotAJob(f"its operation is {str(document['operation'])[:64]!r}: a message can only be submit")
    try:
        request = check({"idempotency_key": f"message {message_id}", **document}, "submit")
        return enqueue(parse_submit(request), desk).job.key
    except (ContractBroken, RequestRefused) as refused:
        raise NotAJob(refused.message) from refused


def quarantine(desk: Desk, message_id: str, body: str, why: str) -> bool:
    """Make the message visible as a failed job of session `_quarantine`; False if it is already."""
    now = desk.clock()
    job = Job(
        session_id=QUARANTINE,
        job_id=message_id,
        job_type="unknown",
        priority=Priority.NORMAL,
        status=Status.FAILED,
        attempt=1,
        created_ms=now,
        submitted_ms=now,
        finished_ms=now,
        request_hash="",
        order="",
        failure=Failure("Poisoned", f"a message that is no job: {why}"[:300]),
    )
    return desk.jobs.quarantine(job, body[:_SHOWN])


def _document(body: str) -> Mapping[str, Any]:
    try:
        document = parsed(body)
    except Unreadable as problem:
        raise NotAJob(f"it {problem}") from problem
    if not isinstance(document, dict):
        raise NotAJob("it is not a JSON object")
    return document


def _known(desk: Desk, document: Mapping[str, Any]) -> JobKey:
    session_id, job_id = document.get("session_id"), document.get("job_id")
    if not isinstance(session_id, str) or not isinstance(job_id, str):
        raise NotAJob("it has neither a payload nor a session_id and a job_id")
    key = JobKey(session_id, job_id)
    if not session_id or not job_id or desk.jobs.get(key) is None:
        raise NotAJob(f"there is no job {job_id[:64]!r} in session {session_id[:64]!r}")
    return key
