"""Jobs newest first, a page at a time; a cursor stays valid while jobs arrive, because it is a place in the order."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from roughcut.dispatch.desk import Desk
from roughcut.jobs.job import Job
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.tenancy import OPERATORS

_DAYS = 400  # looked back at most
_READ_AT_ONCE = 100
_BEGINNING = date(2026, 1, 1)  # no job is older than the product


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listing is narrowed to: one tenant's jobs; else None is everything. `status` is one of the outer words."""

    status: str | None = None
    job_type: str | None = None
    session_id: str | None = None
    tenant: str = OPERATORS

    def has(self, job: Job) -> bool:
        told = {"status": job.status.word, "job_type": job.job_type, "session_id": job.session_id}
        return all(getattr(self, name) in (None, value) for name, value in told.items())


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor` is None at the end."""

    jobs: list[Job]
    cursor: str | None


def list_jobs(desk: Desk, wanted: Wanted, limit: int, cursor: str | None = None) -> Page:
    """Raises `RequestRefused` for a cursor that no listing gave, or one of another filter."""
    day, before = _decode(desk, wanted, cursor) if cursor else (_today(desk), "")
    jobs: list[Job] = []
    last = (day, before)
    for job, at_day, place in _newest_first(desk, wanted.tenant, day, before):
        if not wanted.has(job):
            continue
        if len(jobs) == limit:
            return Page(jobs, _encode(wanted, *last))
        jobs.append(job)
        last = (at_day, place)
    return Page(jobs, None)


def _newest_first(desk: Desk, tenant: str, day: date, before: str) -> Iterator[tuple[Job, date, str]]:
    """Every job with its place: the day, and the order within it."""
    first = date.fromisoformat(desk.jobs.first_day() or day.isoformat())
    oldest = max(first - timedelta(days=1), day - timedelta(days=_DAYS))
    while day >= oldest:
        entries = desk.jobs.recent(tenant, day.isoformat(), before, _READ_AT_ONCE)
        rows = {job.key: job for job in desk.jobs.get_many([entry.key for entry in entries])} if entries else {}
        yield from ((rows[entry.key], day, entry.order) for entry in entries if entry.key in rows)
        if len(entries) == _READ_AT_ONCE:
            before = entries[-1].order
        else:
            day, before = day - timedelta(days=1), ""


def _today(desk: Desk) -> date:
    return datetime.fromtimestamp(desk.clock() / 1000, UTC).date()


def _encode(wanted: Wanted, day: date, place: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([day.isoformat(), place, _filter(wanted)]).encode()).decode()


def _decode(desk: Desk, wanted: Wanted, cursor: str) -> tuple[date, str]:
    try:
        day_text, place, narrowed = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        day = date.fromisoformat(day_text)
    except (ValueError, TypeError) as error:
        raise _refused(cursor, "it must be the cursor of an earlier page") from error
    # From a place in the future the way to the oldest job would be as long as its date says.
    if not _BEGINNING <= day <= _today(desk) or not isinstance(place, str):
        raise _refused(cursor, "it must be the cursor of an earlier page")
    if narrowed != _filter(wanted):
        raise _refused(cursor, "it is of a listing by other status, job_type or session_id, which must stay the same")
    return day, place


def _filter(wanted: Wanted) -> list[str | None]:
    return [getattr(wanted, name) for name in wanted.__slots__]


def _refused(cursor: str, problem: str) -> RequestRefused:
    return RequestRefused("InvalidRequest", f"cursor is {cursor[:40]!r}: {problem}.", "cursor")
