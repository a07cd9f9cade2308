"""Events as Step Functions gives them, retraced: the shapes are those of real and embedded executions."""

import pytest

from roughcut.dispatch.history import history
from roughcut.jobs.history import HistoryEvent, retrace
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import NOW, queued_job


def run(*told):
    """(previous id, type, details...) -> events, one a second."""
    return [
        HistoryEvent(number, previous, kind, NOW + 1000 * number, **details)
        for number, (previous, kind, details) in enumerate(told, 1)
    ]


def entered(previous, name, kind="Task"):
    return previous, f"{kind}StateEntered", {"name": name}


def exited(previous, name, kind="Task"):
    return previous, f"{kind}StateExited", {"name": name}


def plain(previous, kind, **details):
    return previous, kind, details


RETRIED = run(
    plain(0, "ExecutionStarted"),
    entered(0, "StitchVideo"),
    plain(2, "TaskScheduled"),
    plain(3, "TaskStarted"),
    plain(4, "TaskFailed", error="Lambda.TooManyRequestsException", cause="busy"),
    plain(5, "TaskScheduled"),
    plain(6, "TaskStarted"),
    plain(7, "TaskSucceeded"),
    exited(8, "StitchVideo"),
    plain(9, "ExecutionSucceeded"),
)

# Two of three iterations at once; the second fails for good, which ends the first, and the third never starts.
BROKEN_MAP = run(
    plain(0, "ExecutionStarted"),
    entered(0, "EncodeChunks", "Map"),
    plain(2, "MapStateStarted", length=3),
    plain(3, "MapIterationStarted", name="EncodeChunks", index=0),
    plain(3, "MapIterationStarted", name="EncodeChunks", index=1),
    entered(5, "EncodeChunk"),
    entered(4, "EncodeChunk"),
    plain(6, "TaskScheduled"),
    plain(7, "TaskScheduled"),
    plain(8, "TaskFailed", error="EncodeFailed", cause="x" * 5000),
    plain(10, "MapIterationFailed", name="EncodeChunks", index=1),
    plain(9, "MapIterationAborted", name="EncodeChunks", index=0),
    plain(11, "MapStateFailed"),
    exited(13, "EncodeChunks", "Map"),
    entered(14, "FailJob", "Fail"),
    plain(15, "ExecutionFailed", error="EncodeFailed"),
)


def told(events, **asked):
    desk = fake_desk()
    job = queued_job()
    desk.jobs.create(job, b"{}")
    desk.executions.told[job.execution_name] = events
    return history(desk, job.key, **asked)


def states(events):
    return {state.pop("name"): state for state in told(events)["states"]}


def test_a_state_that_was_tried_again_tells_its_tries_and_no_error_once_it_succeeded():
    assert states(RETRIED) == {
        "StitchVideo": {
            "status": "succeeded",
            "entered_at": "2026-11-18T11:06:42.000Z",
            "exited_at": "2026-11-18T11:06:49.000Z",
            "tries": 2,
        }
    }


def test_until_the_next_try_a_state_tells_why_it_waits():
    (state,) = states(RETRIED[:5]).values()
    assert (state["status"], state["tries"], state["error"]) == ("running", 1, "Lambda.TooManyRequestsException")
    assert "exited_at" not in state


@pytest.mark.contract("history")
def test_iterations_are_counted_and_belong_to_their_own_states():
    seen = states(BROKEN_MAP)
    counts = {"total": 3, "succeeded": 0, "failed": 1, "running": 0}
    assert (seen["EncodeChunks"]["status"], seen["EncodeChunks"]["error"]) == ("failed", "EncodeFailed")
    assert seen["EncodeChunks"]["iterations"] == counts
    inner = seen["EncodeChunk"]
    assert (inner["status"], inner["tries"]) == ("failed", 2)
    assert inner["iterations"] == {"total": 2, "succeeded": 0, "failed": 1, "running": 0}
    assert seen["FailJob"]["status"] == "failed"


def test_a_running_map_tells_how_many_iterations_run():
    assert states(BROKEN_MAP[:9])["EncodeChunks"]["iterations"] == {
        "total": 3,
        "succeeded": 0,
        "failed": 0,
        "running": 2,
    }


def test_each_event_names_its_state_and_iteration():
    events = {event["id"]: event for event in told(BROKEN_MAP)["events"]}
    assert [(events[n]["state"], events[n]["iteration"]) for n in (4, 8, 9, 10)] == [
        ("EncodeChunks", 0),
        ("EncodeChunk", 1),
        ("EncodeChunk", 0),
        ("EncodeChunk", 1),
    ]
    assert "iteration" not in events[14] and len(events[10]["cause"]) == 2000


def test_what_an_execution_leaves_open_ends_with_it():
    stopped = [*RETRIED[:4], HistoryEvent(5, 4, "ExecutionAborted", NOW, error="Roughcut.Cancelled")]
    visits, _ = retrace(stopped)
    assert [(visit.status, visit.error) for visit in visits] == [("cancelled", "Roughcut.Cancelled")]


@pytest.mark.contract("history")
def test_only_what_is_new_comes_again_and_the_states_stay_whole():
    first = told(RETRIED[:6])
    again = told(RETRIED, since=first["last_event_id"])
    assert [event["id"] for event in again["events"]] == [7, 8, 9, 10]
    assert [state["status"] for state in again["states"]] == ["succeeded"]
    assert told(RETRIED, since=10) | {"states": []} == {**again, "states": [], "events": [], "last_event_id": 10}
    by_time = told(RETRIED, since=first["events"][-1]["at"])
    assert by_time["events"] == again["events"]


def test_a_long_history_comes_in_parts():
    long = run(*(plain(number, "TaskStarted") for number in range(1500)))
    first = told(long)
    rest = told(long, since=first["last_event_id"])
    assert (first["more"], len(first["events"]), len(rest["events"]), "more" in rest) == (True, 1000, 500, False)
