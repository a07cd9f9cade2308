"""Pages of a listing while jobs arrive, end and are listed by others: each job once, none left out."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from roughcut.dispatch.listing import Wanted, list_jobs
from roughcut.jobs.status import Status
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job

HOUR = 3_600_000
SESSIONS = ("a", "b")


def arrive(desk, number):
    """One more job, an hour's fraction after the one before; several share a moment."""
    desk.clock.now_ms += (number % 3) * 7 * HOUR
    job = queued_job(f"01J{number:04d}", at=desk.clock.now_ms, session_id=SESSIONS[number % 2])
    desk.jobs.create(job, b"{}")
    return job


@given(
    before=st.integers(0, 30),
    arrivals=st.lists(st.integers(0, 4), max_size=12),
    limit=st.integers(1, 7),
    session=st.sampled_from([None, *SESSIONS]),
)
def test_every_job_that_was_there_at_the_first_page_is_listed_once_whatever_arrives(before, arrivals, limit, session):
    desk = fake_desk()
    desk.clock.now_ms = NOW
    there = [arrive(desk, number) for number in range(before)]
    wanted, count = Wanted(session_id=session), before
    seen, cursor, rhythm = [], None, iter(arrivals)
    while True:
        page = list_jobs(desk, wanted, limit, cursor)
        seen += [job.job_id for job in page.jobs]
        cursor = page.cursor
        if cursor is None:
            break
        for _ in range(next(rhythm, 0)):
            desk.clock.now_ms += 1  # what arrives is newer than what was listed
            arrive(desk, count)
            count += 1
        for job in page.jobs[:1]:
            desk.jobs.rows[job.key] = replace(job, status=Status.SUCCEEDED)
    assert seen == [job.job_id for job in sorted(there, key=place, reverse=True) if wanted.has(job)]


def place(job):
    return job.submitted_ms, job.job_id
