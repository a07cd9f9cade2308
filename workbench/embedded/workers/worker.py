"""One warm worker: a process that runs one function's handler, an invocation after the other, as Lambda's sandbox does.

Its limits are real: a handler that takes too long or too much memory is killed with everything it started.
"""

import importlib.util
import json
import math
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from workbench.embedded.workers import environment
from workbench.embedded.workers.function import MEGABYTE, Function
from workbench.embedded.workers.guardian import Guardian
from workbench.embedded.workers.logpipe import LogPipe
from workbench.embedded.workers.outcome import Outcome
from workbench.embedded.workers.processes import ProcessTable, kill, resident
from workbench.embedded.workers.runtime_api import LARGEST_RESPONSE, Answer, Invocation, RuntimeApi

# How often memory is measured; reading the process table takes milliseconds, which all workers share.
SAMPLE_SECONDS = 0.25
# Lambda gives an import 10 s; a laptop whose cores are all encoding needs more.
INIT_SECONDS = 60.0
# 6 MB and a hundred bytes, in Lambda's own words.
_TOO_LARGE = json.dumps(
    {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": f"Response payload size exceeded maximum allowed payload size ({LARGEST_RESPONSE} bytes).",
    }
).encode()

_OFFICIAL = ("-m", "awslambdaric")
_OURS = (str(Path(__file__).with_name("bootstrap.py")),)
OFFICIAL_IS_HERE = importlib.util.find_spec("awslambdaric") is not None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the workers of one stack share. `environment`: how they reach the stack. `scratch`: their temporary files.

    `on_log` gets (function name, line), `keep` (log group, log stream, line), Lambda's own lines too.
    `official`: behind awslambdaric, or behind our own bootstrap.
    """

    environment: Mapping[str, str]
    scratch: Path
    guardian: Guardian
    table: ProcessTable
    on_log: Callable[[str, str], None]
    keep: Callable[[str, str, str], None]
    official: bool = OFFICIAL_IS_HERE


class Worker:
    """Starts its process at once; `run` it from one thread at a time; `close` it from any.

    `generation`: of the function's code and settings that it was started with. `below`: the process and what it had
    started when that was last looked at.
    """

    def __init__(self, function: Function, around: Surroundings, generation: int = 0) -> None:
        self.function, self.generation, self._around = function, generation, around
        self.idle_since = time.monotonic()
        self._api = RuntimeApi(function.arn)
        self._scratch = Path(tempfile.mkdtemp(dir=around.scratch))
        self._stream = function.log_stream(datetime.now(UTC).date(), uuid.uuid4().hex)
        self._most_held = 0
        self._process = self._start()
        # Popen types stdout for the case that nobody asked for a pipe.
        self._log = LogPipe(cast(IO[bytes], self._process.stdout), self._take_line)
        around.guardian.watch(self._process.pid)
        self.below: list[int] = []
        self._closing = threading.Lock()
        self._closed = False

    @property
    def pid(self) -> int:
        """Of the process that runs the handler."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_until_ready(self) -> bool:
        """Wait for the handler to be imported; False if the process ended instead, or took too long."""
        end = time.monotonic() + INIT_SECONDS
        while self.is_alive and time.monotonic() < end:
            if self._api.ready.wait(SAMPLE_SECONDS):
                return True
        return False

    def run(self, payload: bytes) -> Outcome:
        """One invocation, to its end; a worker that did not survive it says `alive=False`."""
        self._log.forget()
        invocation = Invocation(payload, self.function.timeout)
        self._note(f"START RequestId: {invocation.request_id} Version: {self.function.version}")
        offered = time.monotonic()
        self._api.invocations.put(invocation)
        outcome = self._to_the_end(invocation, offered)
        self._report(invocation, outcome, time.monotonic() - (invocation.started or offered))
        return outcome

    def _to_the_end(self, invocation: Invocation, offered: float) -> Outcome:
        while True:
            answer = self._answer(self._patience(invocation, offered))
            outcome = self._as_outcome(answer) if answer else self._broken_limit(invocation, offered)
            if outcome:
                return outcome

    def close(self) -> None:
        """Kill the process with all it started, and remove its files. Repeatable."""
        if self.claim():
            kill([self.pid], self._scratch, self.below)
            self.clear_away()

    def claim(self) -> bool:
        """Whether its end is the caller's now: to kill the process with all it started, and then to `clear_away`."""
        with self._closing:
            was, self._closed = self._closed, True
        return not was

    def clear_away(self) -> None:
        """What a killed process leaves."""
        self._process.wait()
        self._around.guardian.forget(self.pid)
        self._api.close()
        self._log.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _take_line(self, line: str) -> None:
        self._around.on_log(self.function.name, line)
        self._note(line)

    def _note(self, line: str) -> None:
        self._around.keep(self.function.log_group, self._stream, line)

    def _report(self, invocation: Invocation, outcome: Outcome, seconds: float) -> None:
        """END and REPORT, as Lambda writes them; of a worker that did not survive also how it ended."""
        self._most_held = max(self._most_held, resident([self.pid]))
        figures = report_line(invocation.request_id, seconds, self.function.memory_mb, self._most_held // MEGABYTE)
        if not outcome.alive:
            figures += f"Status: error\tError Type: {outcome.value.get('errorType', 'Unknown')}\t"
        self._note(f"END RequestId: {invocation.request_id}")
        self._note(figures)

    def _start(self) -> subprocess.Popen[bytes]:
        variables = {
            **environment.of_machine(),
            **self.function.environment,
            **self._around.environment,
            **environment.of_lambda(self.function, self._api.address, self._scratch, self._stream),
        }
        bootstrap = _OFFICIAL if self._around.official else _OURS
        return subprocess.Popen(  # noqa: S603 - the handler that the template names
            [sys.executable, *bootstrap, self.function.handler],
            cwd=self.function.folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _answer(self, within: float) -> Answer | None:
        try:
            return self._api.answers.get(timeout=max(within, 0))
        except queue.Empty:
            return None

    def _patience(self, invocation: Invocation, offered: float) -> float:
        return min(SAMPLE_SECONDS, self._end(invocation, offered) - time.monotonic())

    def _end(self, invocation: Invocation, offered: float) -> float:
        """When the invocation is over at the latest; the time of the import is not charged to it."""
        if invocation.started is None:
            return offered + INIT_SECONDS
        return invocation.started + self.function.timeout

    def _as_outcome(self, answer: Answer) -> Outcome:
        if answer.kind == "response" and len(answer.body) > LARGEST_RESPONSE:
            return Outcome(_TOO_LARGE, "Unhandled", self._log.drain())
        error = None if answer.kind == "response" else "Unhandled"
        return Outcome(answer.body, error, self._log.drain(), alive=answer.kind != "init")

    def _broken_limit(self, invocation: Invocation, offered: float) -> Outcome | None:
        if not self.is_alive:
            return self._last_words(invocation)
        self.below = self._around.table.below(self.pid)
        held = resident(self.below)
        self._most_held = max(self._most_held, held)
        if held > self.function.memory_mb * MEGABYTE:
            sizes = f"memory {held // MEGABYTE} MB of {self.function.memory_mb} MB"
            return self._failure(invocation, "Runtime.OutOfMemory", f"Runtime exited: out of memory ({sizes})")
        if time.monotonic() < self._end(invocation, offered):
            return None
        message = f"Task timed out after {self.function.timeout:.2f} seconds"
        return self._failure(invocation, "Sandbox.Timedout", message)

    def _last_words(self, invocation: Invocation) -> Outcome:
        """The process is gone: what it posted just before, or the way it went."""
        answer = self._answer(0)
        if answer:
            posted = self._as_outcome(answer)
            return Outcome(posted.payload, posted.error, posted.log, alive=False)
        return self._failure(invocation, "Runtime.ExitError", _ending(self._process.returncode))

    def _failure(self, invocation: Invocation, error_type: str, message: str) -> Outcome:
        self._note(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z {invocation.request_id} {message}")
        report = {"errorType": error_type, "errorMessage": f"RequestId: {invocation.request_id} Error: {message}"}
        return Outcome(json.dumps(report).encode(), "Unhandled", self._log.drain(), alive=False)


def _ending(code: int) -> str:
    if code < 0:
        return f"Runtime exited with error: signal: {signal.Signals(-code).name}"
    return f"Runtime exited with error: exit status {code}" if code else "Runtime exited without providing a reason"


def report_line(request_id: str, seconds: float, memory_mb: int, used_mb: int) -> str:
    """Lambda's line about an invocation's cost. Billed are whole milliseconds."""
    fields = {
        "Duration": f"{seconds * 1000:.2f} ms",
        "Billed Duration": f"{math.ceil(seconds * 1000)} ms",
        "Memory Size": f"{memory_mb} MB",
        "Max Memory Used": f"{used_mb} MB",
    }
    return f"REPORT RequestId: {request_id}\t" + "".join(f"{name}: {value}\t" for name, value in fields.items())
