"""Progress of one worker, thinned to one report a second."""

import re
from collections.abc import Callable

from roughcut.ports import Clock, ProgressSink

_EVERY_MS = 1000
FFMPEG_PROGRESS = ("-progress", "pipe:1", "-stats_period", "1", "-nostats")


class Reporter:
    """Says how far a worker is. Every method may raise `AttemptOver`, which ends the step."""

    def __init__(self, sink: ProgressSink, worker: str, clock: Clock) -> None:
        self._sink, self._worker, self._clock = sink, worker, clock
        self._said_ms: int | None = None

    def at(self, fraction: float) -> None:
        """0..1; the end is always told."""
        now = self._clock()
        if fraction >= 1 or self._said_ms is None or now - self._said_ms >= _EVERY_MS:
            self._said_ms = now
            self._sink.advance(self._worker, min(fraction, 1.0))

    def expect(self, group: str, count: int) -> None:
        """So many workers of a group will report."""
        self._sink.expect(group, count)

    def frames(self, total: int) -> Callable[[str], None]:
        """Reads FFmpeg's -progress lines for the share of frames done; leaves the last percent to the upload."""
        return self._follow(r"frame=\s*(\d+)", total)

    def microseconds(self, total: int) -> Callable[[str], None]:
        """The same by the time of what was written."""
        return self._follow(r"out_time_us=(\d+)", total)

    def _follow(self, pattern: str, total: int) -> Callable[[str], None]:
        def on_line(line: str) -> None:
            if found := re.match(pattern, line):
                self.at(min(int(found[1]) / max(total, 1), 0.99))

        return on_line
