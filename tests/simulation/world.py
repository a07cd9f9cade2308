"""The whole of dispatch on a fake clock: production use cases and handlers, fake ports that lose, double and break."""

import gc
import heapq
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from dispatcher import app
from roughcut import wiring
from roughcut.aws.effects import TenantCaps
from roughcut.dispatch.cancel import cancel
from roughcut.dispatch.desk import Desk, Limits
from roughcut.dispatch.retry import retry
from roughcut.dispatch.submit import submit
from roughcut.jobs.announcement import Announcement
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import RequestRefused, SubmitRequest
from roughcut.jobs.status import Status
from roughcut.ports import Execution
from tests.fakes.events import FakeEvents
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import FakeClock
from tests.fakes.media_store import FakeMediaStore
from tests.fakes.planner import FakePlanner
from tests.simulation.faults import Crash, Faults, Throttled
from tests.simulation.machine import SimulatedMachine

VISIBILITY_MS, MAX_RECEIVES = 180_000, 5


@dataclass(frozen=True, slots=True)
class Weather:
    """What goes wrong, as shares of messages, events, port calls, executions and jobs."""

    doubled: float = 0.05
    lost: float = 0.02
    crash: float = 0.0008  # a port call; some 20 calls a job and chain make 1-2 % of the chains
    throttle: float = 0.001
    failing: float = 0.03
    cancelled: float = 0.02
    retried: float = 0.5


class World:
    def __init__(self, limits: Limits, weather: Weather, seed: int, work_ms: int = 60_000) -> None:
        self.weather, self.chance, self.clock = weather, Random(seed), FakeClock()
        self.agenda: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self.turn = count()
        fresh: list[Announcement] = []
        self.store = FakeJobStore(TenantCaps(limits.tenant_max_queued, limits.tenant_max_running), fresh)
        self.events = FakeEvents()
        self.faults = Faults(self.chance, weather.crash, weather.throttle)
        self.machine = SimulatedMachine(self.store, self.later, self.chance, work_ms, weather.failing)
        self.machine.on_end = self._send_event
        self.seen: Counter[str] = Counter()
        self.accepted: set[JobKey] = set()
        self.inversions = 0
        self.store.claim = self._watched(self.store.claim)
        self.desk = Desk(
            jobs=self.faults.around(self.store),
            queues=self.faults.around(self),
            executions=self.faults.around(self.machine),
            media=self.faults.around(FakeMediaStore()),
            events=self.faults.around(self.events),
            planner=FakePlanner(),
            fresh=fresh,
            clock=self.clock,
            randomness=self.chance.randbytes,
            limits=limits,
        )
        self.later(0, self._sweep)

    def later(self, delay_ms: int, do: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self.agenda, (self.clock.now_ms + delay_ms, next(self.turn), do, arguments))

    def run(self, until: Callable[[], bool], most_ms: int = 10**12) -> None:
        """Live through the agenda until `until` says so; asked after every sweep."""
        end = self.clock.now_ms + most_ms
        gc.disable()  # nearly everything lives to the end: looking for garbage among it takes a tenth of the time
        try:
            while self.agenda:
                at, _, do, arguments = heapq.heappop(self.agenda)
                self.clock.now_ms = max(self.clock.now_ms, at)
                do(*arguments)
                if do == self._sweep and (until() or self.clock.now_ms > end):
                    return
        finally:
            gc.enable()

    def all_ended(self) -> bool:
        return len(self.agenda) < 100 and all(job.status.is_final for job in self.store.rows.values())

    # ------------------------------------------------------------------ clients

    def submit(self, priority: Priority, session_id: str = "s", key: str | None = None, tries: int = 0) -> None:
        """A client with an idempotency key asks until it is answered."""
        key = key or f"k{next(self.turn)}"
        request = SubmitRequest(session_id, "generate_slides", priority, {"slides": ["intro.png"]}, key)
        submitted = self._guarded(submit, request, self.desk)
        if submitted is None:
            self.later(100 * 2**tries, self.submit, priority, session_id, key, tries + 1)
            return
        job = submitted.job
        self.accepted.add(job.key)
        if self.chance.random() < self.weather.cancelled:
            self.later(round(self.chance.uniform(0, 200_000)), self.cancel, job.key)

    def cancel(self, key: JobKey) -> None:
        self.seen["cancels"] += 1
        self._guarded(cancel, self.desk, key)

    def retry_one(self, key: JobKey) -> None:
        if self._guarded(retry, self.desk, key) is not None:
            self.seen["retries"] += 1

    # ------------------------------------------------------------------ SQS: the doorbells, and EventBridge behind them

    def ring(self, job: Job) -> None:
        self._send(json.dumps({"v": 1, "session_id": job.session_id, "job_id": job.job_id}), 20)

    def dead_lettered(self) -> int:
        return self.seen["dead letters"]

    def _send_event(self, execution_input: str, execution: Execution) -> None:
        self._send(json.dumps({"detail": {"input": execution_input}}), self.chance.choice((100, 500, 2000)))
        if execution.error == "EncodeFailed" and self.chance.random() < self.weather.retried:
            job = json.loads(execution_input)["job"]
            self.later(90_000, self.retry_one, JobKey(job["session_id"], job["job_id"]))

    def _send(self, body: str, delay_ms: int) -> None:
        if self.chance.random() < self.weather.lost:
            self.seen["lost messages"] += 1
        else:
            self.later(delay_ms, self._deliver, f"m{next(self.turn)}", body, 1)
        if self.chance.random() < self.weather.doubled:
            self.seen["doubled messages"] += 1
            self.later(round(self.chance.uniform(1, 600_000)), self._deliver, f"m{next(self.turn)}", body, 1)

    def _deliver(self, message_id: str, body: str, receives: int) -> None:
        answer = self._guarded(app.handler, {"Records": [{"messageId": message_id, "body": body}]}, None)
        if answer is not None and not answer["batchItemFailures"]:
            return
        if receives == MAX_RECEIVES:
            self.seen["dead letters"] += 1
        else:
            self.later(VISIBILITY_MS, self._deliver, message_id, body, receives + 1)

    # ------------------------------------------------------------------ the clock

    def _sweep(self) -> None:
        self.seen["sweeps"] += 1
        self._guarded(app.handler, {"door": "sweep"}, None)
        self.later(60_000, self._sweep)

    def _guarded(self, do: Callable[..., Any], *arguments: Any) -> Any:
        wiring.desk = lambda: self.desk
        try:
            return do(*arguments)
        except (Crash, Throttled, RequestRefused):
            return None

    # ------------------------------------------------------------------ the watch over claims

    def _watched(self, claim: Callable[..., Any]) -> Callable[..., Any]:
        def watch(pairs: Any, slot: Any) -> Any:
            batch = {job.key for job, _ in pairs}
            last = max(job.order for job, _ in pairs)
            outcomes = claim(pairs, slot)
            if any(outcome.value == "done" for outcome in outcomes):
                self.inversions += self._better_left_behind(batch, last)
            return outcomes

        return watch

    def _better_left_behind(self, batch: set[JobKey], last: str) -> int:
        """Partitions whose head would have come before the last job that was claimed."""
        heads = (entries[0] for name, entries in self.store.rows.partitions.items() if entries and "held" not in name)
        return sum(order < last and key not in batch for order, key in heads)


def count_by_status(world: World) -> dict[str, int]:
    return dict(Counter(str(Status(job.status)) for job in world.store.rows.values()))
