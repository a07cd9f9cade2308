"""What a worker prints, line by line, complete up to its answer.

A worker's bytes are in the pipe before its answer is, but the thread that reads the pipe may not have come to them.
So whoever has the answer can `drain` the rest.
"""

import collections
import os
import select
import threading
from collections.abc import Callable
from typing import IO

# Lambda cuts log lines there; without a limit, a line that never ends would fill our memory.
LONGEST_LINE = 256 * 1024
# Characters of an invocation's last lines; Lambda gives 4 KB of them away.
_KEPT = 64 * 1024
_CHUNK = 64 * 1024


class LogPipe:
    """Reads `stdout` until `close`; every line goes to `on_line`, the last ones are kept."""

    def __init__(self, stdout: IO[bytes], on_line: Callable[[str], None]) -> None:
        self._stdout, self._on_line = stdout, on_line
        self._lines: collections.deque[str] = collections.deque()
        self._kept = 0
        self._rest = b""
        self._reading = threading.Lock()
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._run, name="worker-log", daemon=True)
        self._thread.start()

    def forget(self) -> None:
        """A new invocation begins."""
        with self._reading:
            self._lines.clear()
            self._kept = 0

    def drain(self) -> str:
        """All that was printed since `forget`, its last lines."""
        with self._reading:
            while not self._stdout.closed and self._is_readable() and self._read():
                continue
            return "".join(f"{line}\n" for line in self._lines)

    def close(self) -> None:
        """When the worker is dead. A process that escaped it may still hold the other end: nobody waits for that."""
        self.drain()
        os.close(self._stop_writer)
        self._thread.join()
        os.close(self._stop_reader)
        # Under the lock: whoever waited for an answer of the killed worker may be draining.
        with self._reading:
            self._stdout.close()

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._stdout, select.POLLIN)
        poll.register(self._stop_reader, select.POLLIN)
        while not any(fd == self._stop_reader for fd, _ in poll.poll()):
            with self._reading:
                if self._is_readable() and not self._read():
                    return

    def _is_readable(self) -> bool:
        poll = select.poll()
        poll.register(self._stdout, select.POLLIN)
        return bool(poll.poll(0))

    def _read(self) -> bool:
        """Take what is there; False at the end."""
        chunk = os.read(self._stdout.fileno(), _CHUNK)
        *lines, rest = (self._rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if rest and (not chunk or len(rest) > LONGEST_LINE):
            lines, rest = [*lines, rest], b""
        self._rest = rest
        for line in lines:
            self._take(line.decode("utf-8", "replace"))
        return bool(chunk)

    def _take(self, line: str) -> None:
        self._lines.append(line[-_KEPT:])
        self._kept += len(self._lines[-1])
        while self._kept > _KEPT:
            self._kept -= len(self._lines.popleft())
        self._on_line(line)
