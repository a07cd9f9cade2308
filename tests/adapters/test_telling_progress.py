"""Quarters of a job are told by whichever worker reaches them, at least once, on the real table."""

from dataclasses import replace

import pytest

from roughcut.aws.job_store import DynamoJobStore
from roughcut.aws.telling_progress import TellingProgress
from roughcut.jobs.board import Progress
from roughcut.jobs.status import Status
from roughcut.stages.progressed import percent_of, progressed
from tests.adapters.conftest import CAPS, TABLE
from tests.adapters.test_job_row import started
from tests.fakes.jobs import NOW, queued_job


class Listener:
    """Keeps the ids of what it hears; `mishap` is what it dies of."""

    def __init__(self, job, mishap=None):
        self.job, self.mishap, self.ids = job, mishap, []

    def __call__(self, progress: Progress) -> None:
        if self.mishap:
            raise self.mishap
        self.ids.append(progressed(self.job, progress).event_id.rpartition("-")[2])


@pytest.fixture
def store(table):
    return DynamoJobStore(table, TABLE, CAPS, pause=lambda _: None)


@pytest.fixture
def row(store):
    return started(store, queued_job())


@pytest.fixture
def job(row):
    return {
        "job_id": row.job_id,
        "session_id": row.session_id,
        "attempt": 1,
        "job_type": "generate_slides",
        "slides": 4,
    }


def worker(table, row, listener) -> TellingProgress:
    return TellingProgress(
        table, TABLE, row.key, 1, percent_of=lambda progress: percent_of(listener.job, progress), tell=listener
    )


def test_each_quarter_is_told_once_and_several_at_once_as_the_last(table, row, job):
    listener = Listener(job)
    sink = worker(table, row, listener)
    for fraction in (0.1, 0.3, 0.4, 0.9, 1.0):
        sink.advance("slides", fraction)
    assert listener.ids == ["25", "75"]


def test_another_worker_does_not_repeat_what_was_told(table, row, job):
    first, second = Listener(job), Listener(job)
    worker(table, row, first).advance("slides", 0.3)
    worker(table, row, second).advance("slides", 0.4)
    assert (first.ids, second.ids) == (["25"], [])


def test_what_the_bus_refused_is_told_by_the_next_worker_and_stops_nobody(table, row, job, store):
    deaf, next_one = Listener(job, mishap=OSError()), Listener(job)
    sink = worker(table, row, deaf)
    for fraction in (0.3, 0.6):
        sink.advance("slides", fraction)
    assert store.progress([row.key])[row.key].parts == {"slides": 6000}
    worker(table, row, next_one).advance("slides", 0.6)
    assert next_one.ids == ["50"]


def test_a_worker_that_dies_before_the_note_leaves_the_quarter_to_the_next(table, row, job):
    dying, next_one = Listener(job, mishap=KeyboardInterrupt()), Listener(job)
    with pytest.raises(KeyboardInterrupt):
        worker(table, row, dying).advance("slides", 0.8)
    worker(table, row, next_one).advance("slides", 0.8)
    assert next_one.ids == ["75"]


def test_a_new_attempt_begins_with_no_quarter_told(table, row, job, store):
    worker(table, row, Listener(job)).advance("slides", 0.8)
    failed = replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None, slot=None)
    again = replace(queued_job(), attempt=2)
    store.move(row, failed)
    store.move(failed, again)
    store.claim([(again, replace(row, attempt=2))], store.board().slots[0])
    assert store.progress([row.key])[row.key].told == 0
