"""Progress of one worker, thinned to one report a second."""

import re
from collections.abc import Callable

from roughcut.jobs.progress import ENCODING_SINCE, PACKAGING
from roughcut.ports import Clock, ProgressSink

_EVERY_MS = 1000
FFMPEG_PROGRESS = ("-progress", "pipe:1", "-stats_period", "1", "-nostats")


class Reporter:
    """Says how far a worker is. Every method may raise `AttemptOver`, which ends the step."""

    def __init__(self, sink: ProgressSink, worker: str, clock: Clock, weight: float = 1) -> None:
        self._sink, self._worker, self._clock, self._weight = sink, worker, clock, weight
        self._said_ms: int | None = None

    def at(self, fraction: float) -> None:
        """0..1; the end is always told."""
        now = self._clock()
        if fraction >= 1 or self._said_ms is None or now - self._said_ms >= _EVERY_MS:
            self._said_ms = now
            self._sink.advance(self._worker, min(fraction, 1.0) * self._weight)

    def weighing(self, weight: float) -> "Reporter":
        """The same worker, whose part is so many times the mean of its group."""
        return Reporter(self._sink, self._worker, self._clock, weight)

    def expect(self, group: str, count: int) -> None:
        """So many workers of a group will report."""
        self._sink.expect(group, count)

    def expect_encoding(self, packaging_percent: int) -> None:
        """From now on the film is encoded; joining it will be so many percent of that work."""
        self._sink.expect(PACKAGING, packaging_percent)
        self._sink.expect(ENCODING_SINCE, self._clock())

    def frames(self, share: Callable[[int], float]) -> Callable[[str], None]:
        """Reads FFmpeg's -progress lines; `share` is how far so many frames are."""
        return self._follow(r"frame=\s*(\d+)", share)

    def microseconds(self, total: int) -> Callable[[str], None]:
        """The same by the time of what was written."""
        return self._follow(r"out_time_us=(\d+)", lambda done: done / max(total, 1))

    def _follow(self, pattern: str, share: Callable[[int], float]) -> Callable[[str], None]:
        """Leaves the last percent to the upload."""

        def on_line(line: str) -> None:
            if found := re.match(pattern, line):
                self.at(min(share(int(found[1])), 0.99))

        return on_line
