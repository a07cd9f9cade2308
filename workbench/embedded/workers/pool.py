"""The warm workers of a stack: few enough for the machine, shared between its functions."""

import collections
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from workbench.embedded.workers.function import MEGABYTE, Function
from workbench.embedded.workers.guardian import Guardian
from workbench.embedded.workers.outcome import Closed, Outcome, Throttled, UnknownFunction
from workbench.embedded.workers.processes import ProcessTable, kill
from workbench.embedded.workers.worker import OFFICIAL_IS_HERE, SAMPLE_SECONDS, Surroundings, Worker

# Most workers wait for AWS calls or ffmpeg, not for Python.
WORKERS_PER_CORE = 4
# What a worker with boto3 and a small ffmpeg holds; the functions' limits are ceilings that few of them reach.
TYPICAL_MEGABYTES = 400
# A worker unused for so long may make room for another function's next one.
IDLE_SECONDS = 5.0


def default_limit() -> int:
    """How many workers this machine carries: by its cores, and by the memory that is free now."""
    by_memory = psutil.virtual_memory().available // (TYPICAL_MEGABYTES * MEGABYTE)
    return max(2, min(WORKERS_PER_CORE * (os.cpu_count() or 1), by_memory))


def _drop(_group: str, _stream: str, _line: str) -> None:
    """Nobody keeps the functions' lines."""


class Pool:
    """At most `limit` workers. An invocation beyond that waits for its turn.

    `scratch`: a folder that goes with the pool, and with the process however it dies.
    """

    def __init__(
        self,
        functions: Iterable[Function],
        environment: Mapping[str, str],
        on_log: Callable[[str, str], None],
        *,
        limit: int | None = None,
        official: bool = OFFICIAL_IS_HERE,
        keep: Callable[[str, str, str], None] = _drop,
    ) -> None:
        self.functions: dict[str, Function] = {}
        self.limit = limit or default_limit()
        self.scratch = Path(tempfile.mkdtemp(prefix="roughcut-"))
        self._guardian = Guardian(self.scratch)
        table = ProcessTable(SAMPLE_SECONDS / 2)
        self._around = Surroundings(environment, self.scratch, self._guardian, table, on_log, keep, official)
        self._changed = threading.Condition()
        # Of a function's code and settings: a worker of an older one takes no new invocation.
        self._generation: collections.Counter[str] = collections.Counter()
        self._idle: dict[str, list[Worker]] = collections.defaultdict(list)
        self._running: collections.Counter[str] = collections.Counter()
        self._workers: set[Worker] = set()
        self._starting = 0
        self._closed = False
        self.add(functions)

    def add(self, functions: Iterable[Function]) -> None:
        """From now on these are what their names mean. Published versions keep their own name beside it for good."""
        with self._changed:
            for function in functions:
                if self.functions.get(function.qualified, function) != function:
                    self._retire(function.qualified)
                self.functions[function.name] = self.functions[function.qualified] = function

    def renew(self, folder: Path) -> None:
        """The code in `folder` changed: workers that run it end after their invocation, the next ones start anew."""
        with self._changed:
            for name in {function.qualified for function in self.functions.values() if function.folder == folder}:
                self._retire(name)

    def invoke(self, name: str, payload: bytes) -> Outcome:
        """Run a function to its end. Raises `UnknownFunction`, and `Throttled` at its reserved concurrency."""
        function = self.functions.get(name)
        if function is None:
            raise UnknownFunction(name)
        self._enter(function)
        try:
            return self._run(function, payload)
        except Closed:
            report = {"errorType": "Runtime.ExitError", "errorMessage": "The embedded AWS is being closed."}
            return Outcome(json.dumps(report).encode(), "Unhandled", alive=False)
        finally:
            self._leave(function)

    def warm(self) -> None:
        """Have one idle worker of every function, as far as the limit goes, and wait until they can run."""
        current = [function for name, function in self.functions.items() if name == function.name]
        cold = [function for function in current if not self._idle[function.qualified]][: self.limit]
        with ThreadPoolExecutor(max(len(cold), 1), thread_name_prefix="warm") as starters:
            list(starters.map(self._warm, cold))

    def close(self) -> None:
        """Kill every worker, those in the middle of an invocation too. Repeatable."""
        with self._changed:
            self._closed = True
            workers = [worker for worker in self._workers if worker.claim()]
            self._workers.clear()
            self._changed.notify_all()
        # All together: a look at every process of the machine for each worker would cost more than all the rest.
        kill([worker.pid for worker in workers], self.scratch, [pid for worker in workers for pid in worker.below])
        with ThreadPoolExecutor(max(len(workers), 1), thread_name_prefix="close") as closers:
            list(closers.map(Worker.clear_away, workers))
        self._guardian.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _retire(self, name: str) -> None:
        self._generation[name] += 1
        for worker in self._idle.pop(name, []):
            self._discard(worker)

    def _enter(self, function: Function) -> None:
        with self._changed:
            if function.reserved is not None and self._running[function.name] >= function.reserved:
                raise Throttled(function.name)
            self._running[function.name] += 1

    def _leave(self, function: Function) -> None:
        with self._changed:
            self._running[function.name] -= 1
            self._changed.notify_all()

    def _run(self, function: Function, payload: bytes) -> Outcome:
        worker = self._take(function)
        outcome = worker.run(payload)
        self._give_back(worker, alive=outcome.alive)
        return outcome

    def _warm(self, function: Function) -> None:
        try:
            worker = self._take(function)
            self._give_back(worker, alive=worker.wait_until_ready())
        except Closed:
            return

    def _take(self, function: Function) -> Worker:
        """An idle worker, or a new one, or another function's place. Raises `Closed`."""
        with self._changed:
            while True:
                if self._closed:
                    raise Closed
                worker = self._idle_worker(function.qualified)
                if worker:
                    return worker
                victim = self._victim(function.qualified)
                if victim or self._count() < self.limit:
                    self._starting += 1
                    break
                self._changed.wait(IDLE_SECONDS)
        return self._replace(victim, function)

    def _idle_worker(self, name: str) -> Worker | None:
        while self._idle[name]:
            worker = self._idle[name].pop()
            if worker.is_alive:
                return worker
            self._discard(worker)
        return None

    def _victim(self, name: str) -> Worker | None:
        """The longest idle worker of another function, when the pool is full and that function can spare it.

        Not for any want of a worker: the pools of busy functions would do nothing but start processes.
        """
        idle = [worker for workers in self._idle.values() for worker in workers]
        if self._count() < self.limit or not idle:
            return None
        oldest = min(idle, key=lambda worker: worker.idle_since)
        starved = not any(worker.function.qualified == name for worker in self._workers)
        if not starved and time.monotonic() - oldest.idle_since < IDLE_SECONDS:
            return None
        self._idle[oldest.function.qualified].remove(oldest)
        self._workers.discard(oldest)
        return oldest

    def _replace(self, victim: Worker | None, function: Function) -> Worker:
        if victim:
            victim.close()
        generation = self._generation[function.qualified]
        try:
            worker = Worker(function, self._around, generation)
        finally:
            with self._changed:
                self._starting -= 1
        with self._changed:
            if not self._closed:
                self._workers.add(worker)
                return worker
        worker.close()
        raise Closed

    def _count(self) -> int:
        return len(self._workers) + self._starting

    def _give_back(self, worker: Worker, *, alive: bool) -> None:
        name = worker.function.qualified
        with self._changed:
            reusable = alive and not self._closed and worker.generation == self._generation[name]
            if reusable:
                worker.idle_since = time.monotonic()
                self._idle[name].append(worker)
            else:
                self._workers.discard(worker)
            self._changed.notify_all()
        if not reusable:
            worker.close()

    def _discard(self, worker: Worker) -> None:
        self._workers.discard(worker)
        threading.Thread(target=worker.close, name="discard").start()
