import base64
import json
from dataclasses import replace

import pytest

from roughcut.dispatch.listing import Wanted, list_jobs
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.status import Status
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job

DAY = 86_400_000


def desk_with(*jobs):
    desk = fake_desk()
    for job in jobs:
        desk.jobs.create(job, b"{}")
    return desk


def names(page):
    return [job.job_id for job in page.jobs]


@pytest.mark.contract("list")
def test_jobs_come_newest_first_over_days_and_pages_while_more_arrive():
    jobs = [queued_job(f"01J{n:03d}", at=NOW - n * DAY // 60) for n in range(150)]
    desk = desk_with(*jobs)
    page = list_jobs(desk, Wanted(), 70)
    desk.jobs.create(queued_job("01NEW", at=NOW + 1), b"{}")
    rest = list_jobs(desk, Wanted(), 100, page.cursor)
    assert names(page) + names(rest) == [job.job_id for job in jobs]
    assert rest.cursor is None


def test_a_page_that_ends_exactly_at_the_last_job_has_no_cursor():
    desk = desk_with(queued_job("01A"), queued_job("01B", at=NOW + 1))
    assert list_jobs(desk, Wanted(), 2).cursor is None


@pytest.mark.contract("list")
@pytest.mark.parametrize(
    "wanted, found",
    [
        (Wanted(status="failed"), ["01A"]),
        (Wanted(status="queued"), ["01C", "01B"]),
        (Wanted(job_type="stitch_video"), ["01B"]),
        (Wanted(session_id="other"), ["01C"]),
        (Wanted(session_id="nobody"), []),
    ],
)
def test_a_listing_is_narrowed_by_status_type_and_session(wanted, found):
    jobs = [queued_job("01A"), queued_job("01B", at=NOW + 1, job_type="stitch_video")]
    desk = desk_with(*jobs, queued_job("01C", at=NOW + 2, session_id="other"))
    desk.jobs.rows[jobs[0].key] = replace(jobs[0], status=Status.FAILED)
    assert names(list_jobs(desk, wanted, 50)) == found


def test_a_narrowed_listing_still_pages():
    jobs = [queued_job(f"01J{n:03d}", at=NOW + n, session_id=("a", "b")[n % 2]) for n in range(250)]
    desk = desk_with(*jobs)
    desk.clock.now_ms = NOW + 250
    page = list_jobs(desk, Wanted(session_id="a"), 100)
    rest = list_jobs(desk, Wanted(session_id="a"), 100, page.cursor)
    assert names(page) + names(rest) == [job.job_id for job in jobs[::-1] if job.session_id == "a"]


def test_other_tenants_jobs_are_not_listed():
    assert names(list_jobs(desk_with(queued_job("01A", session_id="acme.s")), Wanted(), 50)) == []


def forged(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


NOTHING = [None, None, None]


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "!!!", "W10=", "bnVsbA==", "\u00e9"),
        *(forged(day, "", NOTHING) for day in ("9999-12-31", "0001-01-01", 20261118)),
        forged("2026-11-18", 7, NOTHING),
        forged("2026-11-18", ""),
    ],
)
def test_a_cursor_from_nowhere_is_refused(cursor):
    with pytest.raises(RequestRefused, match="it must be the cursor of an earlier page") as refused:
        list_jobs(fake_desk(), Wanted(), 50, cursor)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize("other", [Wanted(), Wanted(status="failed"), Wanted(status="queued", session_id="b")])
def test_a_cursor_of_another_filter_is_refused(other):
    desk = desk_with(*(queued_job(f"01J{n}", at=NOW + n) for n in range(3)))
    page = list_jobs(desk, Wanted(status="queued"), 1)
    with pytest.raises(RequestRefused, match="it is of a listing by other status, job_type or session_id"):
        list_jobs(desk, other, 1, page.cursor)
