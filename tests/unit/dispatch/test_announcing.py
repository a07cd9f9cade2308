"""What becomes of events when the bus is well, busy, or gone."""

from dataclasses import replace

import pytest

from job_manager.operations import perform
from roughcut.aws.clients import client
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.dispatch.announcing import IN_HAND_MS, MOST_PER_SHARD, announce
from roughcut.dispatch.sweep import sweep
from roughcut.jobs.order import SHARDS
from tests.fakes.desk import fake_desk
from tests.fakes.events import EventsClient
from tests.fakes.jobs import queued_job

REQUEST = {"session_id": "abc123", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}


class DeadBus:
    def publish(self, events):
        raise ConnectionError("nobody is there")


@pytest.fixture
def bus():
    return EventsClient()


@pytest.fixture
def desk(bus):
    return replace(fake_desk(), events=EventBridgeBus(bus, "arn:machine"))


def test_a_submit_tells_of_its_job_as_status_shows_it(desk, bus):
    job_id = perform(REQUEST, desk)["job_id"]
    status = perform({"operation": "status", "session_id": "abc123", "job_id": job_id}, desk)
    (detail,) = bus.details
    assert detail.pop("event_id") == f"{job_id}-1-queued"
    assert detail.items() <= status.items() and detail["status"] == "queued"
    assert desk.jobs.outbox == {} and desk.fresh == []


@pytest.mark.parametrize("is_full", [True, False], ids=["busy", "gone"])
def test_what_the_bus_does_not_take_is_sent_by_the_next_sweep(desk, bus, is_full):
    bus.is_full = True
    ill = desk if is_full else replace(desk, events=DeadBus())
    job_id = perform(REQUEST, ill)["job_id"]
    ill.clock.now_ms += IN_HAND_MS
    assert any(told.startswith("events: ") for told in sweep(ill).broken)
    bus.is_full = False
    sweep(desk)
    assert f"{job_id}-1-queued" in bus.ids()


def test_the_sweep_leaves_a_minute_to_whoever_made_the_transition(desk, bus):
    desk.jobs.create(queued_job(at=desk.clock()), b"{}")
    desk.clock.now_ms += IN_HAND_MS - 1
    sweep(desk)
    assert bus.ids() == set()
    desk.clock.now_ms += 1
    sweep(desk)
    assert len(bus.ids()) == 1


def test_a_sweep_sends_so_many_and_the_next_one_the_rest(bus):
    desk = replace(fake_desk(limit=0), events=EventBridgeBus(bus, "arn:machine"))
    for number in range(SHARDS * MOST_PER_SHARD + 200):
        desk.jobs.create(queued_job(f"J{number:04d}"), b"{}")
    desk.clock.now_ms += IN_HAND_MS
    sweep(desk)
    assert SHARDS * MOST_PER_SHARD - 100 < len(bus.ids()) <= SHARDS * MOST_PER_SHARD
    sweep(desk)
    assert len(bus.ids()) == SHARDS * MOST_PER_SHARD + 200


def test_one_refused_event_does_not_keep_the_others(desk, bus):
    for number in range(25):
        desk.jobs.create(queued_job(f"J{number:04d}"), b"{}")
    taken = desk.events.publish
    picky = replace(desk, events=DeadBus())
    picky.events.publish = lambda events: taken([each for each in events if each.event_id != "J0003-1-queued"])
    announce(picky)
    assert len(bus.ids()) == 24 and list(desk.jobs.outbox) == ["J0003-1-queued"]


def test_a_bus_that_hangs_costs_seconds(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    config = client("events").meta.config
    assert config.connect_timeout + config.read_timeout <= 3
    assert config.retries["total_max_attempts"] == 2
