"""What a job costs in calls: production adapters on moto, every request counted."""

import json
from collections import Counter

import pytest

from dispatcher import app as dispatcher
from job_manager.operations import perform
from roughcut import wiring
from roughcut.aws.effects import TenantCaps
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.job_store import DynamoJobStore
from roughcut.aws.media_store import S3MediaStore
from roughcut.aws.queues import SqsQueues
from roughcut.aws.rows import key_item, typed
from roughcut.dispatch.desk import Desk, Limits
from roughcut.dispatch.sweep import sweep
from roughcut.jobs.job import JobKey
from roughcut.jobs.order import Priority
from tests.adapters.conftest import TABLE, TEMPLATE
from tests.adapters.test_executions import DONE, ROLE
from tests.fakes.jobs import FakeClock

MACHINE = json.loads((TEMPLATE.parent / "statemachines/video_pipeline.asl.json").read_text())
REQUEST = {"session_id": "abc123", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}


@pytest.fixture
def calls():
    return Counter()


@pytest.fixture
def desk(aws, table, calls, monkeypatch):
    s3, sqs, states = aws("s3"), aws("sqs"), aws("stepfunctions")
    s3.create_bucket(Bucket="media")
    urls = {p: sqs.create_queue(QueueName=f"video-jobs-{p.name.lower()}")["QueueUrl"] for p in Priority}
    arn = states.create_state_machine(name="video-pipeline", definition=json.dumps(DONE), roleArn=ROLE)
    for client in (s3, sqs, states, table):
        client.meta.events.register("before-call", lambda model, **_: calls.update([model.name]))
    desk = Desk(
        jobs=DynamoJobStore(table, TABLE, TenantCaps(), pause=lambda _: None),
        queues=SqsQueues(sqs, urls, urls[Priority.LOW]),
        executions=StepFunctionsExecutions(states, arn["stateMachineArn"]),
        media=S3MediaStore(s3, "media"),
        clock=FakeClock(),
        randomness=lambda size: b"\7" * size,
        limits=Limits(),
    )
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    sweep(desk)
    calls.clear()
    return desk


def message(body):
    return {"Records": [{"messageId": "m", "body": json.dumps(body)}]}


def pass_both_gates(table, key):
    table.update_item(
        TableName=TABLE,
        Key=key_item(key),
        UpdateExpression="SET #status = :finishing, passed = :yes, result_key = :key",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues=typed({":finishing": "FINISHING", ":yes": True, ":key": "r"}),
    )


def test_a_job_without_faults_takes_at_most_15_calls_of_our_functions(desk, table, calls, tell):
    job_id = perform(REQUEST, desk)["job_id"]
    key = JobKey("abc123", job_id)
    dispatcher.handler(message({"v": 1, "session_id": "abc123", "job_id": job_id}), None)
    before_the_end = Counter(calls)
    job = desk.jobs.get(key)
    pass_both_gates(table, key)
    desk.executions.stop(job.execution_name, "e", "c")
    calls.clear()
    calls.update(before_the_end)
    dispatcher.handler(message({"detail": {"input": job.execution_input}}), None)
    assert desk.jobs.get(key).status.word == "completed"
    calls["GetItem"] -= 1  # the line above
    told = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()))
    tell(f"AWS calls of a job: {calls.total()} ({told})")
    assert calls.total() <= 15


@pytest.mark.parametrize("backlog", [0, 40])
def test_a_submit_takes_three_calls_whatever_waits(desk, calls, backlog):
    for number in range(backlog):
        perform({**REQUEST, "idempotency_key": f"k{number}"}, desk)
    calls.clear()
    assert perform({**REQUEST, "idempotency_key": "mine"}, desk)["position"] == backlog + 1
    assert calls == {"TransactWriteItems": 1, "SendMessage": 1, "Query": 1}


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
    control, name = [], MACHINE["StartAt"]
    while True:
        state = MACHINE["States"][name]
        if "lambda:invoke" not in state.get("Resource", "") and state["Type"] != "Map":
            control.append(name)
        if state["Type"] == "Succeed":
            break
        name = chosen(state, job) if state["Type"] == "Choice" else state["Next"]
    assert control[0] == "BeginJob" and control[-2:] == ["PublishResult", "JobDone"]
    assert len(control) <= 6


def chosen(state, job):
    for rule in state["Choices"]:
        value = job[rule["Variable"].removeprefix("$.job.")]
        if value == rule.get("StringEquals") or ("NumericGreaterThan" in rule and value > rule["NumericGreaterThan"]):
            return rule["Next"]
    return state["Default"]
