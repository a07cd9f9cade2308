"""How fast workers really are: what jobs took for each GB-second that was foreseen, learned from those that finish.

Each job writes its ratio into one of a few places, which its id tells: to write it twice is the same as once, jobs that
finish together do not meet, and what is long ago is written over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Self
from zlib import crc32

from roughcut.jobs.progress import group_of

PARTS = ("encoding", "joining", "others")
PLACES = 16
REUSED = "reused"  # in what a plan expects: chunks that an earlier job had made

# Of a plan whose seconds nobody has measured yet: within a half of them on five kinds of film (benchmarks/density.py).
_UNCERTAIN = log(2) / 2
_PART_OF = {"chunk": "encoding", "package": "joining"}


@dataclass(frozen=True, slots=True)
class Speed:
    """`ratio` of measured to foreseen, and how low and high it may be."""

    ratio: float
    low: float
    high: float

    @classmethod
    def learned(cls, ratios: Sequence[float]) -> Self:
        """The plan's own figure counts as one job more."""
        found = [log(ratio) for ratio in ratios]
        mean = sum(found) / (len(found) + 1)
        spread = (_UNCERTAIN + sum(abs(one - mean) for one in found)) / (len(found) + 1)
        return cls(exp(mean), exp(mean - 2 * spread), exp(mean + 2 * spread))


def place_of(job_id: str) -> int:
    return crc32(job_id.encode()) % PLACES


def measured(spent: Mapping[str, int], expected: Mapping[str, int]) -> dict[str, float]:
    """GB-seconds by part, of what each worker did once: work tried again or done before tells no speed."""
    sums = dict.fromkeys(PARTS, 0.0)
    workers: dict[str, list[str]] = {part: [] for part in PARTS}
    for call, gb_ms in spent.items():
        part = _PART_OF.get(group_of(call), "others")
        sums[part] += gb_ms / 1000
        workers[part].append(call.partition("~")[0])
    whole = {part for part, names in workers.items() if names and len(names) == len(set(names))}
    if REUSED in expected:
        whole.discard("encoding")
    return {part: sums[part] for part in PARTS if part in whole and sums[part] > 0}


def ratios(spent: Mapping[str, int], expected: Mapping[str, int], foreseen: Mapping[str, float]) -> dict[str, float]:
    """Measured to foreseen, of the parts that tell something."""
    found = measured(spent, expected)
    return {part: taken / foreseen[part] for part, taken in found.items() if foreseen[part] > 0}
