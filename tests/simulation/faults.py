"""A port whose calls fail now and then: before they take effect, or after, when the answer is lost."""

from collections import Counter
from random import Random
from typing import Any


class Crash(BaseException):
    """The function died in the middle: nothing after this call happened."""


class Throttled(Exception):
    """The service was busy, or its answer got lost."""


class Faults:
    """Chances for each port call, and what they came to."""

    def __init__(self, chance: Random, crash: float, throttle: float) -> None:
        self.chance, self.crash, self.throttle = chance, crash, throttle
        self.counts: Counter[str] = Counter()
        self.enabled = True

    def around(self, port: Any) -> Any:
        return _Faulty(port, self)

    def strike(self) -> None:
        if not self.enabled:
            return
        drawn = self.chance.random()
        if drawn < self.crash:
            self.counts["crashes"] += 1
            raise Crash
        if drawn < self.crash + self.throttle:
            self.counts["throttles"] += 1
            raise Throttled


class _Faulty:
    def __init__(self, port: Any, faults: Faults) -> None:
        self._port, self._faults = port, faults

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)
        faults = self._faults

        def faulty(*arguments: Any, **options: Any) -> Any:
            faults.counts["calls"] += 1
            faults.strike()
            answer = call(*arguments, **options)
            faults.strike()
            return answer

        self.__dict__[name] = faulty
        return faulty
