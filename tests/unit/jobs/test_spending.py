from dataclasses import replace

import pytest

from roughcut.jobs.board import Progress
from roughcut.jobs.prices import PRICES
from roughcut.jobs.spending import cost, spent_on
from roughcut.jobs.spent import Meter, Spent
from roughcut.jobs.status import Status
from tests.fakes.jobs import NOW, queued_job

JOB = queued_job(slides=0, status=Status.RUNNING, started_ms=NOW, passed=True)
CALLS = {"stitch~a": 1000, "plan~b": 200, "chunk-0~c": 5000, "chunk-0~d": 7000}


def test_every_try_counts_as_a_call_and_a_state():
    spent = spent_on(JOB, Progress(1, {}, {}, spent=CALLS))
    assert spent == Spent(gb_ms=13_200, calls=4, transitions=2 + 4 + 2)


def test_earlier_attempts_count_too():
    again = replace(JOB, attempt=2, spent=Spent(500, 3, 9))
    assert spent_on(again, Progress(2, {}, {}, spent={"stitch~a": 1000})) == Spent(1500, 4, 9 + 3)
    assert spent_on(again, Progress(1, {}, {}, spent=CALLS)) == Spent(500, 3, 9)


@pytest.mark.parametrize(("status", "more"), [(Status.SUCCEEDED, 2), (Status.FAILED, 3), (Status.CANCELLED, 0)])
def test_how_an_attempt_ended_tells_its_last_states(status, more):
    ended = replace(JOB, status=status)
    assert spent_on(ended, Progress(1, {}, {}, spent={"stitch~a": 1})).transitions == 2 + 1 + more


def test_a_job_that_never_began_took_nothing():
    assert spent_on(queued_job(), None) == Spent()
    assert spent_on(replace(JOB, passed=False), Progress(1, {}, {})) == Spent()


@pytest.mark.contract("status.cost")
def test_a_cost_is_time_requests_and_states_at_the_prices_of_the_processor():
    told = cost(Spent(gb_ms=10_000, calls=4, transitions=8), "aarch64")
    second, request, state = (
        PRICES[name].usd / PRICES[name].per for name in ("lambda_gb_second_arm64", "lambda_request", "state_transition")
    )
    assert told == {
        "usd": round(10 * second + 4 * request + 8 * state, 8),
        "lambda_gb_seconds": 10,
        "state_transitions": 8,
    }


def test_a_meter_tells_memory_times_time():
    assert Meter("a", 2048, NOW, lambda: NOW + 1500).gb_ms == 3000
