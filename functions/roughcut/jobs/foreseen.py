"""What a plan foresees of its job, and what that costs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from roughcut.jobs.prices import compute, usd
from roughcut.jobs.speed import PARTS


class NotPlanned(Exception):
    """A job that cannot be planned: the code of `status`, a sentence, and the clip it is about."""

    def __init__(self, code: str, message: str, clip: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.clip = code, message, clip


@dataclass(frozen=True, slots=True)
class Foreseen:
    """By part, the encoders' (encoding), the packagers' (joining) and all other calls (others): GB-seconds, `work`, and
    `seconds` until that part is done; how many calls of stages, and states of the machine.
    """

    work: Mapping[str, float]
    seconds: Mapping[str, float]
    calls: int
    transitions: int

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        return cls(**document)

    def at(self, ratios: Mapping[str, float]) -> Self:
        """By workers that take so many times the foreseen time."""
        work, seconds = ({part: of[part] * ratios[part] for part in PARTS} for of in (self.work, self.seconds))
        return replace(self, work=work, seconds=seconds)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def costs(foreseen: Foreseen, machine: str) -> dict[str, float]:
    """US dollars by what they are for; `machine` as `platform.machine()` names the functions' processors."""
    second = compute(machine)
    return {
        "encoding": usd({second: foreseen.work["encoding"]}),
        "joining": usd({second: foreseen.work["joining"]}),
        "other_stages": usd({second: foreseen.work["others"]}),
        "requests": usd({"lambda_request": foreseen.calls}),
        "state_transitions": usd({"state_transition": foreseen.transitions}),
    }
