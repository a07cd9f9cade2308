"""What functions print, as CloudWatch Logs of the embedded AWS: `aws logs`, boto3 and `roughcut logs` read it there.

moto keeps every event for good. Here the last 16 MB of them stay, whatever their group.
"""

import collections
import threading
import time
from typing import Any

from moto.logs.models import logs_backends

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.translate import REGION

KEPT_BYTES = 16 * 1024 * 1024
# What moto needs for an event besides its text.
_OVERHEAD = 300


class Journal:
    """Takes lines from any thread; the oldest go when there are more than `kept` bytes."""

    def __init__(self, kept: int = KEPT_BYTES) -> None:
        self._limit, self._size = kept, 0
        self._events: collections.deque[tuple[str, str, int]] = collections.deque()
        self._lock = threading.Lock()

    def keep(self, group: str, stream: str, message: str) -> None:
        """A line of the worker that writes to `stream`; group and stream are made when they are not there."""
        size = len(message.encode()) + _OVERHEAD
        event = {"timestamp": int(time.time() * 1000), "message": message}
        with self._lock:
            backend = _backend()
            backend.ensure_log_group(group)
            backend.ensure_log_stream(group, stream)
            backend.groups[group].put_log_events(stream, [event])
            self._events.append((group, stream, size))
            self._size += size
            while self._size > self._limit:
                self._forget_oldest()

    def _forget_oldest(self) -> None:
        group, name, size = self._events.popleft()
        self._size -= size
        streams = _backend().groups[group].streams if group in _backend().groups else {}
        # Somebody may have deleted group or stream by the API.
        if name in streams:
            del streams[name].events[:1]
            if not streams[name].events:
                del streams[name]


def _backend() -> Any:
    return logs_backends[ACCOUNT][REGION]
