"""What calls of stages take, as they note it themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Spent(NamedTuple):
    """GB-milliseconds of Lambda, calls of stages, and states entered, tries among them."""

    gb_ms: int = 0
    calls: int = 0
    transitions: int = 0


@dataclass(frozen=True, slots=True)
class Meter:
    """Of one call of a stage: `call` tells it from its worker's other calls; `clock` and `began_ms` since 1970."""

    call: str
    memory_mib: int
    began_ms: int
    clock: Callable[[], int]

    @property
    def gb_ms(self) -> int:
        """So far."""
        return round((self.clock() - self.began_ms) * self.memory_mib / 1024)
