"""A port whose calls fail now and then: before they take effect, or after, when the answer is lost."""

from collections import Counter
from math import ceil, inf, log
from random import Random
from typing import Any


class Crash(BaseException):
    """The function died in the middle: nothing after this call happened."""


class Throttled(Exception):
    """The service was busy, or its answer got lost."""


class Faults:
    """Chances for each port call, before and after it takes effect, and what they came to."""

    def __init__(self, chance: Random, crash: float, throttle: float) -> None:
        self.chance, self.crash, self.throttle = chance, crash, throttle
        self.counts: Counter[str] = Counter()
        self.calls = 0
        self.until_next = self._distance()

    def around(self, port: Any) -> Any:
        return _Faulty(port, self)

    def strike(self) -> None:
        """One moment more: every `until_next`th is a mishap."""
        self.until_next -= 1
        if self.until_next > 0:
            return
        self.until_next = self._distance()
        if self.chance.random() * (self.crash + self.throttle) < self.crash:
            self.counts["crashes"] += 1
            raise Crash
        self.counts["throttles"] += 1
        raise Throttled

    def _distance(self) -> float:
        """Moments until the next mishap: drawn once for all of them, as a draw for each would come out."""
        share = self.crash + self.throttle
        return ceil(log(1 - self.chance.random()) / log(1 - share)) if share else inf


class _Faulty:
    def __init__(self, port: Any, faults: Faults) -> None:
        self._port, self._faults = port, faults

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)
        faults = self._faults

        def faulty(*arguments: Any, **options: Any) -> Any:
            faults.calls += 1
            if faults.until_next > 2:  # most calls: nothing happens to them
                faults.until_next -= 2
                return call(*arguments, **options)
            faults.strike()
            answer = call(*arguments, **options)
            faults.strike()
            return answer

        self.__dict__[name] = faulty
        return faulty
