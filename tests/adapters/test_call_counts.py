"""What a job costs in calls: production adapters on moto, every request counted."""

import pytest

from job_manager.operations import perform
from tests.adapters.counted import REQUEST, counted_desk
from tests.rules.tree import states_entered


@pytest.fixture
def counted():
    with counted_desk() as counted:
        yield counted


@pytest.fixture
def desk(counted):
    return counted.desk


@pytest.fixture
def calls(counted):
    return counted.calls


def test_a_job_without_faults_takes_at_most_21_calls_of_our_functions(counted, tell):
    assert counted.run_job().status.word == "completed"
    calls = counted.calls
    told = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()))
    tell(f"AWS calls of a job: {calls.total()} ({told})")
    assert calls.total() <= 21


@pytest.mark.parametrize("backlog", [0, 40])
def test_a_submit_takes_five_calls_whatever_waits(desk, calls, backlog):
    for number in range(backlog):
        perform({**REQUEST, "idempotency_key": f"k{number}"}, desk)
    calls.clear()
    assert perform({**REQUEST, "idempotency_key": "mine"}, desk)["position"] == backlog + 1
    assert calls == {"TransactWriteItems": 1, "SendMessage": 1, "Query": 1, "PutEvents": 1, "BatchWriteItem": 1}


@pytest.mark.contract("stats")
def test_stats_cost_the_same_however_many_wait(desk, calls):
    def cost():
        calls.clear()
        perform({"operation": "stats"}, desk)
        return calls.total()

    perform(REQUEST, desk)
    few = cost()
    for number in range(60):
        perform({**REQUEST, "idempotency_key": f"k{number}"}, desk)
    assert cost() <= few + 24  # the heads of 24 partitions


@pytest.mark.parametrize("job_type", ["generate_slides", "stitch_video", "optimize_video", "full_pipeline"])
def test_gates_choices_and_end_are_at_most_six_state_transitions(job_type):
    job = {"job_type": job_type, "slides": 0 if job_type == "optimize_video" else 2}
    control = [
        name
        for name, state in states_entered(job)
        if "lambda:invoke" not in state.get("Resource", "") and state["Type"] != "Map"
    ]
    assert control[0] == "BeginJob" and control[-2:] == ["PublishResult", "JobDone"]
    assert len(control) <= 6
