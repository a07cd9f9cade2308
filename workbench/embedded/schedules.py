"""Rules with a rate: invoke their function every so often, first one period after the stack came up, as on AWS."""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.embedded.faults import TemplateRefused

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every `period` seconds, `function` gets `event` (JSON)."""

    name: str
    period: int
    function: str
    event: str

    @classmethod
    def parse(cls, name: str, expression: str, target_arn: str, event: str | None) -> "Schedule":
        """Raises `TemplateRefused` for anything but rate(N minutes|hours|days) on a function."""
        rate = _RATE.fullmatch(expression)
        if not rate or int(rate[1]) == 0:
            raise TemplateRefused(f"The schedule {name} is {expression!r}; only rate(1 minute) and the like run here.")
        if ":lambda:" not in target_arn:
            raise TemplateRefused(
                f"The schedule {name} has the target {target_arn}; only functions are scheduled here."
            )
        return cls(name, int(rate[1]) * _SECONDS[rate[2]], target_arn.split(":")[6], event or "{}")


class Timetable:
    """What is due when. `clock` gives seconds that only ever grow."""

    def __init__(
        self,
        schedules: Iterable[Schedule],
        invoke: Callable[[str, bytes], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._invoke, self._clock = invoke, clock
        self._due = [(clock() + schedule.period, schedule) for schedule in schedules]

    def run_due(self) -> float | None:
        """Invoke what is due, once however late it is; seconds until the next, None if nothing is scheduled."""
        now = self._clock()
        for number, (moment, schedule) in enumerate(self._due):
            if moment <= now:
                self._due[number] = (max(moment + schedule.period, now), schedule)
                self._invoke(schedule.function, schedule.event.encode())
        return min((moment - now for moment, _ in self._due), default=None)


class Ticker:
    """A thread that keeps a timetable."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedules", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        seconds = self._timetable.run_due()
        while seconds is not None and not self._stopping.wait(max(seconds, 0)):
            seconds = self._timetable.run_due()
