"""All of dispatch around one table in memory: production use cases, adapters and handler, under the program's hand."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

from dispatcher import app
from roughcut import wiring
from roughcut.aws.effects import TenantCaps
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.media_store import S3MediaStore
from roughcut.aws.progress import DynamoProgress
from roughcut.aws.queues import SqsQueues
from roughcut.aws.telling_job_store import TellingJobStore
from roughcut.dispatch.announcing import announce
from roughcut.dispatch.cancel import cancel
from roughcut.dispatch.desk import Desk, Limits
from roughcut.dispatch.drain import drain
from roughcut.dispatch.retry import retry
from roughcut.dispatch.submit import Submitted, submit
from roughcut.dispatch.sweep import Swept, sweep
from roughcut.dispatch.tenants import bring_back
from roughcut.jobs import slots
from roughcut.jobs.announcement import Announcement
from roughcut.jobs.errors import AttemptOver
from roughcut.jobs.ids import keyed_job_id
from roughcut.jobs.job import QUARANTINE, Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import RequestRefused, SubmitRequest
from roughcut.jobs.status import ACTIVE, FINAL, Status
from tests.adapters.conftest import TABLE, table_properties
from tests.fakes.dynamo_client import DynamoClient
from tests.fakes.events import EventsClient, noted
from tests.fakes.jobs import FakeClock
from tests.fakes.planner import FakePlanner
from tests.property.dispatch.freezing import Freeze, Handler, Pointed, Stage
from tests.property.dispatch.machine import ARN, WORKING, Run, StepFunctions
from tests.property.dispatch.watch import Watch

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Message:
    """`kind`: "job" and "end" are our own, "request" is a stranger's submit, "garbage" anything else."""

    message_id: str
    body: str
    kind: str


class Bucket:
    """As much of S3's client as dispatch calls."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, *, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803  # the API's
        self.objects[Key] = Body


class World:
    def __init__(self, limits: Limits, figures: Counter[str], *, claims_per_shard: int = 100) -> None:
        self.figures, self.clock, self.limits = figures, FakeClock(), limits
        self.names = count(1)
        self.stage = Stage(figures)
        self.dynamo, self.bucket = DynamoClient(TABLE, table_properties()), Bucket()
        self.machine = StepFunctions(self.dynamo, self._staleness)
        self.machine.on_end = self._send_event
        self.bus = EventsClient()
        self.messages: list[Message] = []
        self.ghosts: list[dict[str, Any]] = []
        self.accepted: dict[JobKey, bytes] = {}
        self.watch = Watch(self.dynamo, self.machine, self.bus, self.stage, figures, limits)
        self.dynamo.on_commit = self.watch.on_commit
        self.clients = {name: self._pointed(client) for name, client in self._all_clients().items()}
        self.spread = patch.object(slots, "CLAIMS_PER_SHARD", claims_per_shard)
        self.spread.start()
        wiring.desk = self.desk
        self.sweep()

    def _all_clients(self) -> dict[str, Any]:
        return {
            "dynamodb": self.dynamo,
            "sqs": self,
            "stepfunctions": self.machine,
            "s3": self.bucket,
            "events": self.bus,
        }

    def _pointed(self, client: Any) -> Pointed:
        return Pointed(client, self.stage, self._on_call)

    def desk(self) -> Desk:
        caps = TenantCaps(self.limits.tenant_max_queued, self.limits.tenant_max_running)
        fresh: list[Announcement] = []
        return Desk(
            jobs=TellingJobStore(self.clients["dynamodb"], TABLE, caps, lambda _: None, tell=partial(noted, fresh)),
            queues=SqsQueues(self.clients["sqs"], {p: p.name for p in Priority}, "dead"),
            executions=StepFunctionsExecutions(self.clients["stepfunctions"], ARN),
            media=S3MediaStore(self.clients["s3"], "media"),
            events=EventBridgeBus(self.clients["events"], ARN),
            planner=FakePlanner(),
            fresh=fresh,
            clock=self.clock,
            randomness=lambda size: next(self.names).to_bytes(size),
            limits=self.limits,
        )

    def close(self) -> None:
        self.stage.clear()
        self.spread.stop()

    # ------------------------------------------------------------------ handlers

    def invoke(
        self,
        name: str,
        do: Callable[[], Any],
        freeze: Freeze | None = None,
        stale: int = 0,
        then: Callable[[Handler], None] = lambda handler: None,
    ) -> Handler:
        """One invocation; `then` checks what it answered, whenever it comes to its end."""
        handler = Handler(self.stage, name, do, self.limits, stale, then)
        self.figures[name] += 1
        self.stage.begin(handler, freeze)
        self._if_over(handler)
        return handler

    def _told(self, desk: Desk, do: Callable[[], Any]) -> Callable[[], Any]:
        """A use case, and what the functions do after each."""

        def do_and_announce() -> Any:
            answer = do()
            announce(desk)
            return answer

        return do_and_announce

    def resume(self, handler: Handler, fate: BaseException | None, freeze: Freeze | None = None) -> None:
        self.stage.resume(handler, fate, freeze)
        self._if_over(handler)

    def _if_over(self, handler: Handler) -> None:
        if not handler.is_over:
            return
        if handler.broke is not None and not handler.was_disturbed:
            raise handler.broke
        handler.then(handler)

    def submit(self, request: SubmitRequest, freeze: Freeze | None = None) -> Handler:
        def acknowledged(handler: Handler) -> None:
            if isinstance(handler.answer, Submitted):
                self.accepted.setdefault(handler.answer.job.key, request.stored)
                self.watch.require(self.accepted[handler.answer.job.key] == request.stored, "a key names two requests")

        desk = self.desk()
        return self.invoke("submit", self._told(desk, lambda: submit(request, desk)), freeze, then=acknowledged)

    def cancel(self, key: JobKey, freeze: Freeze | None = None, stale: int = 0) -> Handler:
        before = self.row_status(key)

        def told(handler: Handler) -> None:
            """Nobody came between, so the answer is about the job as it was."""
            if freeze is None and isinstance(handler.answer, Job):
                gone = handler.answer.status in (Status.CANCELLED, Status.CANCELLING)
                self.watch.require(gone, f"cancelled, and it is {handler.answer.status}")
            elif freeze is None and isinstance(handler.refusal, RequestRefused):
                over = before in FINAL or before is Status.FINISHING
                self.watch.require(over, f"cancel refused in {before}")

        desk = self.desk()
        return self.invoke("cancel", self._told(desk, lambda: cancel(desk, key)), freeze, stale, told)

    def retry(self, key: JobKey, freeze: Freeze | None = None) -> Handler:
        desk = self.desk()
        return self.invoke("retry", self._told(desk, lambda: retry(desk, key)), freeze)

    def drain(self, freeze: Freeze | None = None) -> Handler:
        desk = self.desk()
        return self.invoke("drain", self._told(desk, lambda: drain(desk)), freeze)

    def bring_back(self, tenant: str, freeze: Freeze | None = None) -> Handler:
        desk = self.desk()
        return self.invoke("bring back", lambda: bring_back(desk, tenant), freeze)

    def sweep(self, freeze: Freeze | None = None, stale: int = 0) -> Handler:
        def told(handler: Handler) -> None:
            if isinstance(handler.answer, Swept):
                self.watch.require(
                    not handler.answer.repaired, f"a right counter was repaired: {handler.answer.repaired}"
                )
                if freeze is None:
                    self.watch.limits_are(handler.limits)
                if not handler.was_disturbed:
                    broken = [told for told in handler.answer.broken if "EventsRefused" not in told]
                    self.watch.require(not broken, f"the sweep broke: {broken}")

        desk = self.desk()
        return self.invoke("sweep", self._told(desk, lambda: sweep(desk)), freeze, stale, told)

    def deliver(self, message: Message, freeze: Freeze | None = None, stale: int = 0) -> Handler:
        def told(handler: Handler) -> None:
            if handler.answer is not None:
                self._answered(message, handler)

        event = {"Records": [{"messageId": message.message_id, "body": message.body}]}
        return self.invoke(f"message: {message.kind}", lambda: app.handler(event, None), freeze, stale, told)

    def _answered(self, message: Message, handler: Handler) -> None:
        """A message that is acknowledged is a job; one that is no job is a row for people, and goes on to the DLQ."""
        refused = bool(handler.answer["batchItemFailures"])
        if message.kind == "garbage":
            self.watch.require(refused, "garbage was acknowledged")
            seen = handler.was_disturbed or JobKey(QUARANTINE, message.message_id) in self.watch.rows
            self.watch.require(seen, "garbage left no row")
            return
        if message.kind == "request" and not refused:
            key = JobKey("abc", keyed_job_id("abc", f"message {message.message_id}"))
            self.watch.require(key in self.watch.rows, "a stranger's request was acknowledged and is no job")
        if not handler.was_disturbed and (message.kind != "request" or not self.limits.tenant_max_queued):
            self.watch.require(not refused, f"a good message was refused: {message.body}")

    # ------------------------------------------------------------------ SQS, as a client and as a source of messages

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803  # the API's
        self.messages.append(Message(f"m{next(self.names)}", MessageBody, "job"))

    def stranger(self, body: str, kind: str) -> None:
        self.messages.append(Message(f"m{next(self.names)}", body, kind))

    def _send_event(self, run: Run) -> None:
        self.messages.append(event_of(run, f"m{next(self.names)}"))

    def land_ghost(self, number: int) -> None:
        """A start that was given up long ago comes into effect."""
        with suppress(ClientError):
            self.machine.start_execution(**self.ghosts.pop(number % len(self.ghosts)))

    # ------------------------------------------------------------------ workers

    def report(self, run: Run, fraction: float) -> None:
        """A worker of `run`, which may have been stopped long ago, says how far it is."""
        row = self.watch.rows[run.key]
        may = row.attempt == run.attempt and row.status in ACTIVE - {Status.CANCELLING} | {Status.SUCCEEDED}
        try:
            DynamoProgress(self.dynamo, TABLE, run.key, run.attempt).advance("stitch", fraction)
        except AttemptOver:
            self.figures["fenced reports"] += 1
            self.watch.require(not may, "a worker of the present attempt was fenced")
        else:
            self.figures["reports"] += 1
            self.watch.require(may, f"attempt {run.attempt} wrote, the row is {row.status} {row.attempt}")

    # ------------------------------------------------------------------ the whole

    def check(self) -> None:
        """The laws that hold between steps."""
        for run in self.machine.runs.values():
            row = self.watch.rows.get(run.key)
            if run.state == WORKING:
                fits = row is not None and row.attempt == run.attempt and row.status in ACTIVE
                self.watch.require(fits, "an execution works and its row does not know it")
                stored = self.bucket.objects.get(f"sessions/{run.key.session_id}/jobs/{run.key.job_id}/request.json")
                self.watch.require(bool(stored), "an execution works without its request")
        self.watch.require(self.bus.ids() <= self.watch.happened, "an event of what never happened")
        turns = Counter((run.key, run.attempt) for run in self.machine.runs.values())
        self.watch.require(all(times == 1 for times in turns.values()), "one attempt, two executions")
        self.watch.require(all(key in self.watch.rows for key in self.accepted), "an acknowledged job is lost")
        assert not self.watch.broken, self.watch.broken

    def settle(self, most_sweeps: int) -> int:
        """Nothing goes wrong any more, and no message comes: sweeps alone bring all to an end. How many it took."""
        self.messages.clear()
        for number in range(most_sweeps):
            if all(row.status in FINAL for row in self.watch.rows.values()):
                return number + self._rest()
            self.tick(MINUTE)
            self.sweep()
            for run in list(self.machine.runs.values()):
                self._go_on(run)
            self.messages.clear()
            self.check()
        left = Counter(str(row.status) for row in self.watch.rows.values() if row.status not in FINAL)
        raise AssertionError(f"after {most_sweeps} sweeps there are still {dict(left)}")

    def _rest(self) -> int:
        """What is left when all has ended: nothing that works, no note of a tenant that waits."""
        assert not any(run.state == WORKING for run in self.machine.runs.values())
        self.tick(MINUTE)
        self.sweep()
        self.watch.all_told()
        assert not any(kind == "_held" for kind, _ in self.dynamo.items), (
            "a tenant without held jobs is noted as having"
        )
        self.check()
        return 1

    def _go_on(self, run: Run) -> None:
        """An execution comes to its end by itself, unless its work hangs, or could: a cancelled one must be stopped."""
        self.machine.begin(run)
        row = self.watch.rows[run.key]
        status = row.status if row.turn == (run.key, run.attempt) else None
        if status is Status.FINISHING or not (run.hangs or status is Status.CANCELLING):
            self.machine.publish(run)
        self.machine.succeed(run)

    def tick(self, ms: int) -> None:
        """Global indexes follow within a minute."""
        if ms >= MINUTE:
            self.catch_up()
        self.clock.now_ms += ms

    def catch_up(self) -> None:
        self.dynamo.catch_up()
        self.watch.caught_up()

    def limit(self, most: int, reserved: int) -> None:
        self.limits = replace(self.limits, max_concurrent_jobs=most, reserved_high_slots=reserved)

    def row_status(self, key: JobKey) -> Status | None:
        return self.watch.rows[key].status if key in self.watch.rows else None

    def _staleness(self) -> int:
        return 0 if self.stage.current is None else self.stage.current.stale

    def _on_call(self, call: str, options: Mapping[str, Any]) -> None:
        if call == "query" and options["ExpressionAttributeValues"].get(":h") == {"S": "_board"}:
            self.stage.current.looked = self.watch.sequence


def event_of(run: Run, message_id: str) -> Message:
    return Message(message_id, json.dumps({"detail": {"input": run.input}}), "end")
