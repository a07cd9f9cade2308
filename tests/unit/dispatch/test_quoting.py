import json
from dataclasses import replace

import pytest

from roughcut.contracts import ContractBroken, check
from roughcut.dispatch.intake import NotAJob, take_in
from roughcut.dispatch.quoting import quote
from roughcut.dispatch.submit import submit
from roughcut.dispatch.view import job_view
from roughcut.jobs.foreseen import NotPlanned, costs
from roughcut.jobs.job import JobKey
from roughcut.jobs.request import RequestRefused, parse_submit
from tests.fakes.desk import fake_desk
from tests.fakes.planner import FORESEEN


def request(**fields):
    document = {"session_id": "abc123", "payload": {"videos": ["a.mp4", "b.mp4"]}, **fields}
    return parse_submit(check(document, "submit"))


@pytest.fixture
def desk():
    return fake_desk()


@pytest.fixture
def price(desk):
    return quote(request(), desk)["usd"]


@pytest.mark.contract("quote")
def test_a_quote_is_the_sum_of_its_parts_lies_in_its_range_and_queues_nothing(desk):
    told = check(quote(request(), desk), "quote.out")
    assert told["usd"] == pytest.approx(sum(told["breakdown"].values()), abs=1e-7)
    low, high = told["usd_range"]
    assert 0 < low < told["usd"] < high
    assert (told["seconds"], told["chunks"], told["state_transitions"]) == (30, 2, 15)
    assert not desk.jobs.rows and not desk.queues.rung


def test_what_films_of_the_rung_took_before_makes_the_quote(desk):
    slow = replace(desk, speeds=lambda kind: {"encoding": [3.0] * 15} if kind == "720p" else {})
    before, after = quote(request(), desk), quote(request(), slow)
    assert 2.5 < after["breakdown"]["encoding"] / before["breakdown"]["encoding"] < 3
    assert after["breakdown"]["joining"] == before["breakdown"]["joining"]
    assert after["seconds"] > before["seconds"]

    def width(quoted):
        return quoted["usd_range"][1] / quoted["usd_range"][0]

    assert width(after) < width(before)


def test_the_processor_tells_the_price_of_time_and_of_nothing_else():
    arm, x86 = costs(FORESEEN, "aarch64"), costs(FORESEEN, "x86_64")
    assert {name for name in arm if arm[name] < x86[name]} == {"encoding", "joining", "other_stages"}
    assert arm["requests"] == x86["requests"]


@pytest.mark.contract("status.cost")
def test_a_job_within_its_budget_keeps_what_it_was_quoted_at(desk, price):
    job = submit(request(max_usd=price), desk).job
    assert job_view(desk, job.key)["cost"] == {
        "usd": 0,
        "lambda_gb_seconds": 0,
        "state_transitions": 0,
        "quoted_usd": round(price, 6),
    }


@pytest.mark.contract("submit.max-usd")
def test_a_job_above_its_budget_is_refused_with_both_figures_and_nothing_is_queued(desk, price):
    with pytest.raises(RequestRefused) as refused:
        submit(request(max_usd=0.0001), desk)
    assert (refused.value.code, refused.value.field) == ("InvalidRequest", "max_usd")
    assert refused.value.message == (
        f"max_usd is 0.0001: the job is quoted at {price:.6f} US dollars; nothing was queued."
    )
    assert not desk.jobs.rows and not desk.queues.rung


def test_what_cannot_be_quoted_is_refused_for_that_reason(desk):
    desk.planner.refuses = NotPlanned("SourceMissing", "Clip 'b.mp4' is not there.", "b.mp4")
    for ask in (quote, submit):
        with pytest.raises(RequestRefused) as refused:
            ask(request(max_usd=1), desk)
        assert (refused.value.code, refused.value.field) == ("InvalidRequest", "payload.videos[1]")
        assert refused.value.message == "the job cannot be quoted. Clip 'b.mp4' is not there."
    assert not desk.jobs.rows


def test_what_broke_on_our_side_is_not_the_requests_fault(desk):
    desk.planner.refuses = NotPlanned("Internal", "disk on fire")
    with pytest.raises(NotPlanned):
        quote(request(), desk)


def test_the_same_key_again_is_the_same_job_even_if_it_has_become_dearer(desk, price):
    first = submit(request(max_usd=price, idempotency_key="k"), desk).job
    again = submit(request(max_usd=price / 2, idempotency_key="k"), desk)
    assert again.is_duplicate and again.job.job_id == first.job_id


@pytest.mark.parametrize("budget", [0, -1, "1", True, float("inf")])
def test_a_budget_is_a_number_above_zero(budget):
    with pytest.raises(ContractBroken, match="max_usd"):
        request(max_usd=budget)


def test_a_message_above_its_budget_is_no_job(desk):
    body = {"session_id": "abc123", "payload": {"videos": ["a.mp4"]}, "max_usd": 0.0001}
    with pytest.raises(NotAJob, match=r"max_usd is 0.0001: the job is quoted at"):
        take_in(desk, "m", json.dumps(body))
    assert not desk.jobs.rows


def test_a_message_that_cannot_be_quoted_for_now_comes_again(desk):
    desk.planner.refuses = NotPlanned("Internal", "busy")
    body = json.dumps({"session_id": "abc123", "payload": {"videos": ["a.mp4"]}, "max_usd": 1})
    with pytest.raises(NotPlanned):
        take_in(desk, "m", body)
    desk.planner.refuses = None
    assert isinstance(take_in(desk, "m", body), JobKey)


def test_a_message_cannot_ask_for_a_quote(desk):
    body = {"operation": "quote", "session_id": "abc123", "payload": {"videos": ["a.mp4"]}}
    with pytest.raises(NotAJob, match="a message can only be submit"):
        take_in(desk, "m", json.dumps(body))
