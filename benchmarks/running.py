"""A `roughcut up` of its own, in a process of its own, for benchmarks to load."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from workbench.operations import Ask, by_http

_UP = (str(Path(sys.executable).with_name("roughcut")), "up", "--port", "0", "--aws-port", "0")


@dataclass(frozen=True, slots=True)
class Running:
    """`ready`: seconds from the start of its process to the line that says so."""

    process: psutil.Process
    http_url: str
    aws_url: str
    ready: float

    @property
    def ask(self) -> Ask:
        return by_http(self.http_url)

    def client(self, service: str) -> Any:
        """The boto3 client of `service`."""
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=64)
        return boto3.client(
            service,
            endpoint_url=self.aws_url,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",  # noqa: S106 - checked by nobody
            config=config,
        )

    def resident_kilobytes(self) -> float:
        """Of the process itself, its workers not counted."""
        return float(self.process.memory_info().rss) / 1024


def start(options: Sequence[str] = (), settings: Mapping[str, str] | None = None) -> tuple[Running, Any]:
    """A running stack, and its Popen. Raises `RuntimeError` if it did not come up."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*_UP, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **(settings or {})}
    )
    line = process.stdout.readline() if process.stdout else b""
    ready = time.perf_counter() - began
    if not line:
        raise RuntimeError(f"roughcut up ended with {process.wait()}")
    _, http_url, _, aws_url = line.decode().split()
    return Running(psutil.Process(process.pid), http_url, aws_url, ready), process


@contextmanager
def running(options: Sequence[str] = (), settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`roughcut up` for as long as the block takes."""
    stack, process = start(options, settings)
    try:
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def slide_job(session_id: str, **fields: Any) -> dict[str, Any]:
    """The smallest job there is: one title, no clip."""
    payload = {"slides": [{"id": "title", "type": "title", "content": {"title": "A title"}}]}
    return {
        "operation": "submit",
        "session_id": session_id,
        "job_type": "generate_slides",
        "payload": payload,
        **fields,
    }


def wait_until_all_ended(ask: Ask, count: int, *, pause: float) -> dict[str, Any]:
    """The stats of a stack that had nothing else to do, once `count` of its jobs have ended."""
    while True:
        stats = ask({"operation": "stats"})
        if stats["completed_24h"] + stats["failed_24h"] >= count and stats["processing"] == 0:
            return stats
        time.sleep(pause)
