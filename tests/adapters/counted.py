"""Production adapters and handlers on moto, with every AWS call counted; benchmarks/cost_table.py prices the counts."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
import pytest
from moto import mock_aws

from dispatcher import app as dispatcher
from job_manager.operations import perform
from roughcut import wiring
from roughcut.aws.effects import TenantCaps
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.media_store import S3MediaStore
from roughcut.aws.queues import SqsQueues
from roughcut.aws.rows import key_item, typed
from roughcut.aws.telling_job_store import TellingJobStore
from roughcut.dispatch.desk import Desk, Limits
from roughcut.dispatch.sweep import sweep
from roughcut.jobs.announcement import Announcement
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.telemetry import logger
from tests.adapters.conftest import TABLE, table_properties
from tests.adapters.test_executions import DONE, ROLE
from tests.fakes.events import noted
from tests.fakes.jobs import FakeClock
from tests.fakes.planner import FakePlanner

REQUEST = {"session_id": "abc123", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}
SWEEP = {"door": "sweep"}
INDEXES = len(table_properties()["LocalSecondaryIndexes"]) + len(table_properties()["GlobalSecondaryIndexes"])


@dataclass
class Counted:
    """`calls` by operation; `units` as prices name them, a write of a job's row taken to change every index."""

    desk: Desk
    table: Any
    clock: FakeClock
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)

    def forget(self) -> None:
        self.calls.clear()
        self.units.clear()

    def run_job(self) -> Job:
        """From submit to its end, without faults; the state machine's own part of it is not counted."""
        job_id = perform(REQUEST, self.desk)["job_id"]
        key = JobKey("abc123", job_id)
        dispatcher.handler(message({"v": 1, "session_id": "abc123", "job_id": job_id}), None)
        with self._uncounted():
            job = self.desk.jobs.get(key)
            self._pass_both_gates(key)
            self.desk.executions.stop(job.execution_name, "e", "c")
        dispatcher.handler(message({"detail": {"input": job.execution_input}}), None)
        with self._uncounted():
            return self.desk.jobs.get(key)

    def _pass_both_gates(self, key: JobKey) -> None:
        self.table.update_item(
            TableName=TABLE,
            Key=key_item(key),
            UpdateExpression="SET #status = :finishing, passed = :yes, result_key = :key",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=typed({":finishing": "FINISHING", ":yes": True, ":key": "r"}),
        )

    @contextmanager
    def _uncounted(self) -> Iterator[None]:
        before = Counter(self.calls), Counter(self.units)
        yield
        self.calls.clear()
        self.units.clear()
        self.calls.update(before[0])
        self.units.update(before[1])

    def called(self, model: Any, parsed: dict[str, Any], context: dict[str, Any]) -> None:
        self.calls.update([model.name])
        self.units.update(units_of(model.name, context["asked"], parsed))


@contextmanager
def counted_desk() -> Iterator[Counted]:
    """An empty table that was swept once. Nothing is logged but figures."""
    level = logger.log_level
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        counted = _counted()
        patch.setattr(wiring, "desk", lambda: counted.desk)
        logger.setLevel("CRITICAL")
        try:
            sweep(counted.desk)
            counted.forget()
            yield counted
        finally:
            logger.setLevel(level)


def _counted() -> Counted:
    services = ("dynamodb", "s3", "sqs", "stepfunctions", "events")
    table, s3, sqs, states, events = clients = [boto3.client(name) for name in services]
    taken = ("AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes", "BillingMode")
    table.create_table(TableName=TABLE, **{name: table_properties()[name] for name in taken})
    s3.create_bucket(Bucket="media")
    urls = {p: sqs.create_queue(QueueName=f"video-jobs-{p.name.lower()}")["QueueUrl"] for p in Priority}
    arn = states.create_state_machine(name="video-pipeline", definition=json.dumps(DONE), roleArn=ROLE)
    clock = FakeClock()
    fresh: list[Announcement] = []
    desk = Desk(
        jobs=TellingJobStore(table, TABLE, TenantCaps(), pause=lambda _: None, tell=partial(noted, fresh)),
        queues=SqsQueues(sqs, urls, urls[Priority.LOW]),
        executions=StepFunctionsExecutions(states, arn["stateMachineArn"]),
        media=S3MediaStore(s3, "media"),
        events=EventBridgeBus(events, arn["stateMachineArn"]),
        planner=FakePlanner(),
        fresh=fresh,
        clock=clock,
        randomness=lambda size: b"\7" * size,
        limits=Limits(),
    )
    counted = Counted(desk, table, clock)
    for client in clients:
        client.meta.events.register(
            "provide-client-params", lambda params, context, **_: context.update(asked=dict(params))
        )
        client.meta.events.register(
            "after-call", lambda model, parsed, context, **_: counted.called(model, parsed, context)
        )
    return counted


def message(body: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": "m", "body": json.dumps(body)}]}


def units_of(operation: str, asked: dict[str, Any], parsed: dict[str, Any]) -> dict[str, float]:
    """Request units of a call: 1 KB a write, twice that in a transaction; 4 KB a read, half that if not consistent."""
    if operation == "TransactWriteItems":
        written = (item for entry in asked["TransactItems"] for item in entry.values())
        return {"dynamodb_write_unit": 2 * sum(map(_written, written))}
    if operation in ("PutItem", "UpdateItem", "DeleteItem"):
        return {"dynamodb_write_unit": _written(asked)}
    if operation == "BatchWriteItem":  # small items of the outbox
        return {"dynamodb_write_unit": sum(map(len, asked["RequestItems"].values()))}
    if operation == "PutEvents":
        return {"eventbridge_event": len(asked["Entries"])}
    if operation == "BatchGetItem":
        return {"dynamodb_read_unit": sum(len(tables["Keys"]) for tables in asked["RequestItems"].values())}
    if operation in ("GetItem", "Query"):
        read = max(1, -(-_size(parsed.get("Items", parsed.get("Item", {}))) // 4096))
        return {"dynamodb_read_unit": read if asked.get("ConsistentRead") else read / 2}
    return {}


def _written(item: dict[str, Any]) -> int:
    key = item.get("Key") or item["Item"]
    is_row = not key["session_id"]["S"].startswith("_") and "/" not in key["job_id"]["S"]
    return max(1, -(-_size(item.get("Item", {})) // 1024)) * (1 + INDEXES if is_row else 1)


def _size(item: Any) -> int:
    return len(json.dumps(item, default=str))
