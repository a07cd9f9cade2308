"""A `roughcut up` of its own, in a process of its own, for benchmarks to load."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from workbench.embedded.clients import Clients
from workbench.operations import Ask, by_http

# Each look costs the stack some milliseconds of its own.
_LOOK_SECONDS = 0.5
_UP = (str(Path(sys.executable).with_name("roughcut")), "up", "--port", "0", "--aws-port", "0")


@dataclass(frozen=True, slots=True)
class Running:
    """`ready`: seconds from the start of its process to the line that says so."""

    process: psutil.Popen
    ask: Ask
    clients: Clients
    ready: float

    def resident_kilobytes(self) -> float:
        """Of the process itself, its workers not counted."""
        return float(self.process.memory_info().rss) / 1024


@contextmanager
def running(options: Sequence[str] = (), settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`roughcut up` for as long as the block takes.

    Raises `ValueError` if it did not come up. What it logs is thrown away: started by hand, it says why.
    """
    began = time.perf_counter()
    environment = {**os.environ, **(settings or {})}
    with psutil.Popen(
        [*_UP, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        try:
            _, http_url, _, aws_url = process.stdout.readline().split()
            ready = time.perf_counter() - began
            yield Running(process, by_http(http_url), Clients(aws_url), ready)
        finally:
            # A benchmark may have killed it.
            if process.is_running():
                process.terminate()


def slide_job(session_id: str) -> dict[str, Any]:
    """The smallest job there is: one title, no clip."""
    payload = {"slides": [{"id": "title", "type": "title", "content": {"title": "A title"}}]}
    return {"operation": "submit", "session_id": session_id, "job_type": "generate_slides", "payload": payload}


def wait_until_all_ended(ask: Ask, count: int) -> None:
    """Until `count` jobs of a stack that had nothing else to do have completed. Raises `RuntimeError` if one failed."""
    completed = 0
    while completed < count:
        time.sleep(_LOOK_SECONDS)
        stats = ask({"operation": "stats"})
        completed = stats["completed_24h"]
        if stats["failed_24h"]:
            raise RuntimeError(f"{stats['failed_24h']} jobs failed")
