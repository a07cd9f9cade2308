"""What a plan foresees of its job, and what that costs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from roughcut.jobs.prices import compute, usd

# The plan's seconds are within a half of the measured ones on five kinds of film (benchmarks/density.py).
LOW, HIGH = 0.5, 1.5


class NotPlanned(Exception):
    """A job that cannot be planned: the code of `status`, a sentence, and the clip it is about."""

    def __init__(self, code: str, message: str, clip: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.clip = code, message, clip


@dataclass(frozen=True, slots=True)
class Foreseen:
    """GB-seconds of the encoders, of the packagers and of all other calls; `seconds` from the start to the finished
    film; how many calls of stages, and states of the machine.
    """

    encoding: float
    joining: float
    others: float
    seconds: float
    calls: int
    transitions: int

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        return cls(**document)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def costs(foreseen: Foreseen, machine: str) -> dict[str, float]:
    """US dollars by what they are for; `machine` as `platform.machine()` names the functions' processors."""
    second = compute(machine)
    return {
        "encoding": usd({second: foreseen.encoding}),
        "joining": usd({second: foreseen.joining}),
        "other_stages": usd({second: foreseen.others}),
        "requests": usd({"lambda_request": foreseen.calls}),
        "state_transitions": usd({"state_transition": foreseen.transitions}),
    }


def cost_range(foreseen: Foreseen, machine: str) -> tuple[float, float]:
    """Time may differ; calls and states are those of the plan."""
    by_part = costs(foreseen, machine)
    time = sum(by_part[name] for name in ("encoding", "joining", "other_stages"))
    rest = sum(by_part.values()) - time
    return rest + LOW * time, rest + HIGH * time
