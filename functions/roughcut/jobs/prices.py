"""What AWS asks for, by its list prices: prices.json says of which region and day, and who told each of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_FILE = json.loads((Path(__file__).parent / "prices.json").read_text())
_ARM = ("aarch64", "arm64")  # as Linux and macOS call it


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` for `per` of what `unit` names."""

    usd: float
    per: int
    unit: str
    source: str


REGION, WRITTEN = _FILE["region"], _FILE["written"]
PRICES: Mapping[str, Price] = MappingProxyType({name: Price(**entry) for name, entry in _FILE["prices"].items()})


def usd(quantities: Mapping[str, float]) -> float:
    """Of so many of each price's units."""
    return sum(PRICES[name].usd * count / PRICES[name].per for name, count in quantities.items())


def compute(machine: str) -> str:
    """The price of a GB-second on the processor that `platform.machine()` names."""
    return "lambda_gb_second_arm64" if machine in _ARM else "lambda_gb_second_x86_64"


def job_usd(gb_seconds: float, calls: float, transitions: float, machine: str) -> float:
    """Of stages: their functions' time, the requests for them, and the states entered for them and between them."""
    return usd({compute(machine): gb_seconds, "lambda_request": calls, "state_transition": transitions})


def call_usd(gb_seconds: float, machine: str) -> float:
    """Of one call of a stage: the function's time, its request, and the state that was entered for it."""
    return job_usd(gb_seconds, 1, 1, machine)
