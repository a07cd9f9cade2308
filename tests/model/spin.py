"""Runs Spin: the model to C, the C to a checker, the checker over every state."""

import re
import resource
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "docs" / "model" / "dispatch.pml"
ENDLESS = "it never comes to rest"

_SAFETY = (["-DSAFETY", "-DNOCLAIM"], ["-E"])  # -E: jobs at rest are no deadlock
_LIVENESS = (["-DNFAIR=4"], ["-a", "-f"])  # acceptance cycles, under weak fairness; up to 22 processes
_THOROUGH = ("-O1", ["-m20000", "-w24"])  # 20,000 steps deep, 16 M hash slots
_QUICK = ("-O0", ["-m20000", "-w18"])  # compiled in a third of the time: a counterexample is near
_LONGEST_S = 600


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a search came to: `broken` is the law that a counterexample breaks, or None. Seconds are the processor's."""

    states: int
    seconds: float
    complete: bool
    broken: str | None


def search(options: Mapping[str, int], folder: Path, removed: Sequence[str] = (), *, quick: bool = False) -> Verdict:
    """All states of a configuration, or those up to the first counterexample; `removed` are the guards left out.

    `quick` spends less on the compiler than on the search.
    """
    kind, how = _LIVENESS if "FAULTS" in options else _SAFETY
    optimized, room = _QUICK if quick else _THOROUGH
    defined = [*(f"-D{name}={value}" for name, value in options.items()), *(f"-D{name}" for name in removed)]
    _run(["spin", "-a", *defined, str(MODEL)], folder)
    _run(["gcc", "-w", optimized, *kind, "-o", "pan", "pan.c"], folder)
    began = _processor_seconds()
    told = _run([str(folder / "pan"), *room, *how], folder)
    return _verdict(told, _processor_seconds() - began)


def _processor_seconds() -> float:
    """Of the children so far: unlike the clock's seconds they are the same on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_LONGEST_S, check=False)
    told = done.stdout + done.stderr
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {told[-2000:]}")
    return told


def _verdict(told: str, seconds: float) -> Verdict:
    errors = int(_only(r"errors: (\d+)", told))
    states = int(_only(r"(\d+) states, stored", told))
    is_cut = any(words in told for words in ("max search depth too small", "Search not completed", "out of memory"))
    return Verdict(states, seconds, not is_cut, _broken(told) if errors else None)


def _broken(told: str) -> str:
    if "acceptance cycle" in told:
        return ENDLESS
    return _only(r"assertion violated \(?(\w+)", told)


def _only(pattern: str, told: str) -> str:
    found = re.search(pattern, told)
    if found is None:
        raise RuntimeError(f"pan said nothing like {pattern}: {told[-2000:]}")
    return found.group(1)
