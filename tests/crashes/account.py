"""An AWS account in memory with the whole of dispatch on it: production adapters, handlers and gates."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dispatcher import app
from job_manager.operations import perform
from roughcut import wiring
from roughcut.aws.effects import TenantCaps
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.job_store import TransactionContended
from roughcut.aws.media_store import S3MediaStore
from roughcut.aws.queues import SqsQueues
from roughcut.aws.telling_job_store import TellingJobStore
from roughcut.dispatch.desk import Desk, Limits, one_by_one
from roughcut.jobs.announcement import Announcement
from roughcut.jobs.board import Due
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import RequestRefused
from tests.adapters.conftest import TABLE, table_properties
from tests.crashes.ledger import Ledger
from tests.crashes.machine import MACHINE_ARN, StateMachine
from tests.crashes.points import Killed, Mishap, Points
from tests.fakes.dynamo_client import DynamoClient
from tests.fakes.dynamo_expressions import Item
from tests.fakes.events import EventsClient, noted
from tests.fakes.jobs import FakeClock
from tests.fakes.planner import FakePlanner

MINUTE = 60_000
Look = Callable[[Callable[[Due], None], Sequence[Due]], None]
Deed = Callable[["Account"], None]


class Account:
    """Messages wait in `queue` until `deliver`; executions until `machine.work`; nothing happens by itself."""

    def __init__(self, look: Look = one_by_one, **limits: int) -> None:
        own = Limits(**{"max_concurrent_jobs": 4, **limits})
        self.clock, self.points = FakeClock(), Points()
        self.table = DynamoClient(TABLE, table_properties())
        self.ledger = Ledger(self.table)
        self.bus = EventsClient()
        self.queue: list[str] = []
        self.objects: dict[str, bytes] = {}
        self.machine = StateMachine(self.table, self.points, self._ring_of_an_end)
        self.ledger.is_working = self.machine.is_working
        self.desk = replace(self._desk(own), side_by_side=look)

    def copied(self) -> "Account":
        """Another one with all that is stored in this; messages on their way and what functions know stay behind."""
        other = Account(self.desk.side_by_side, **asdict(self.desk.limits))
        other.clock.now_ms = self.clock.now_ms
        other.table.take_over(self.table)
        other.ledger.take_over(self.ledger)
        other.machine.take_over(self.machine)
        other.bus.details = [*self.bus.details]
        other.objects = dict(self.objects)
        return other

    def _desk(self, limits: Limits) -> Desk:
        caps = TenantCaps(limits.tenant_max_queued, limits.tenant_max_running)
        around = self.points.around
        queues = SimpleNamespace(send_message=self._send_message, get_queue_attributes=self._get_queue_attributes)
        bucket = SimpleNamespace(put_object=self._put_object)
        fresh: list[Announcement] = []
        return Desk(
            jobs=TellingJobStore(around(self.table), TABLE, caps, pause=lambda _: None, tell=partial(noted, fresh)),
            queues=SqsQueues(around(queues), dict.fromkeys(Priority, "class"), "dead"),
            executions=StepFunctionsExecutions(around(self.machine), MACHINE_ARN),
            media=S3MediaStore(around(bucket), "media"),
            events=EventBridgeBus(around(self.bus), MACHINE_ARN),
            planner=FakePlanner(),
            fresh=fresh,
            clock=self.clock,
            randomness=lambda size: b"\7" * size,
            limits=limits,
        )

    # ------------------------------------------------------------------ what people and AWS do

    def ask(self, operation: str, **request: Any) -> Any:
        """One request to job-queue-manager."""
        return perform({"operation": operation, **request}, self.desk)

    def hand_over(self, *bodies: str) -> None:
        """A batch of messages to the dispatcher; what it does not acknowledge comes back once, and then lies dead."""
        for _ in range(2):
            records = [{"messageId": sha256(body.encode()).hexdigest()[:32], "body": body} for body in bodies]
            failed = [failure["itemIdentifier"] for failure in self._handle({"Records": records})["batchItemFailures"]]
            bodies = tuple(record["body"] for record in records if record["messageId"] in failed)
            if not bodies:
                return

    def deliver(self) -> None:
        """All messages, and those that come of them."""
        while self.queue:
            bodies, self.queue = self.queue[:10], self.queue[10:]
            self.hand_over(*bodies)

    def sweep(self) -> None:
        self._handle({"door": "sweep"})

    def come_to_rest(self) -> None:
        """Messages are delivered and executions end until nothing moves but by a sweep."""
        while self.queue or self.machine.is_busy():
            self.deliver()
            self.machine.work()

    def come_to_rest_unheard(self) -> None:
        """Executions end, and every message is lost."""
        self.machine.work()
        self.queue.clear()

    def suffer(self, deed: Deed, at: int | str, mishap: Mishap) -> None:
        """`deed`, with a mishap at its call number `at`, or at its first call of this name."""
        self.points.arm(at, mishap)
        self.attempt(deed)
        assert self.points.struck, f"{at} is no call of {deed}"
        self.points.arm()

    def attempt(self, deed: Deed) -> None:
        """`deed`, whatever becomes of it."""
        try:
            deed(self)
        except (Killed, ClientError, BotoCoreError, RequestRefused, TransactionContended):
            self.desk.fresh.clear()  # what the function knew is gone with it

    def _handle(self, event: dict[str, Any]) -> dict[str, Any]:
        wiring.desk = lambda: self.desk  # type: ignore[assignment]
        return app.handler(event, None)

    # ------------------------------------------------------------------ what there is

    def jobs(self) -> list[Job]:
        """Every job, by its id; those of the quarantine apart."""
        rows = [key for key, item in self.table.items.items() if "status" in item and not key[0].startswith("_")]
        return sorted(self._read(rows), key=lambda job: job.job_id)

    def quarantined(self) -> list[Job]:
        return self._read([key for key in self.table.items if key[0] == "_quarantine"])

    def _read(self, keys: list[tuple[str, str]]) -> list[Job]:
        jobs = [self.desk.jobs.get(JobKey(*key)) for key in keys]
        return [job for job in jobs if job is not None]

    def is_over(self) -> bool:
        """All jobs have ended, nothing of them is left running, and nothing waits to be told."""
        is_any_open = any(run.is_open for run in self.machine.runs.values())
        is_all_told = not any(hash_key.startswith("_outbox") for hash_key, _ in self.table.items)
        has_ended = not is_any_open and all(job.status.is_final for job in self.jobs())
        return has_ended and is_all_told and not self.queue

    def state(self) -> str:
        """Everything there is, but for names drawn by chance: two accounts of the same state have the same future."""
        runs = {
            name: (run.status, run.error, run.gates, run.is_stuck, run.will_fail)
            for name, run in self.machine.runs.items()
        }
        rows = sorted((key, sorted(_without_chance(item))) for key, item in self.table.items.items())
        return repr((rows, runs, self.queue, sorted(self.objects), sorted(self.bus.ids()), self.clock.now_ms))

    # ------------------------------------------------------------------ SQS and S3

    def _ring_of_an_end(self, execution_input: str) -> None:
        self.queue.append(json.dumps({"detail": {"input": execution_input}}))

    def _send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803  # AWS's names
        self.queue.append(MessageBody)

    def _get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:  # noqa: N803
        return {"Attributes": dict.fromkeys(AttributeNames, "0")}

    def _put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803
        self.objects[Key] = Body


def _without_chance(item: Item) -> Iterator[tuple[str, str]]:
    return ((name, repr(value)) for name, value in item.items() if name not in ("setter", "request"))
