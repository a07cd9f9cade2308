"""Runs spin: from the model and a configuration to a verdict."""

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "docs" / "model" / "dispatch.pml"

# Memory, in pan's terms: 2^22 hash slots, a search 50,000 steps deep (the deepest takes about 1,100).
_LIMITS = ["-m50000", "-w22"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker found. `broken`: the law that does not hold, "" if all do in every state."""

    broken: str
    states: int
    seconds: float
    taken: frozenset[tuple[str, str]]


def check(folder: Path, configuration: str, *, keep_searching: bool = True) -> Verdict:
    """Search every state of the model under `configuration` ("JOBS=2 PAUSE"); a BUDGET asks for liveness.

    Seconds are of the search alone. `keep_searching=False` expects an error and compiles for that. Raises
    `RuntimeError` if spin or the compiler refuses, or if the search was cut short without an error.
    """
    folder.mkdir(parents=True)
    defined = [f"-D{word}" for word in configuration.split()]
    live = "BUDGET" in configuration
    kind = ["-DNFAIR=3"] if live else ["-DSAFETY"]
    _run(folder, "spin", "-a", *defined, str(MODEL))
    _run(folder, "gcc", "-w", "-O2" if keep_searching else "-O0", "-DCOLLAPSE", *kind, "-o", "pan", "pan.c")
    began = time.perf_counter()
    output = _run(folder, "./pan", *_LIMITS, *(["-a", "-f"] if live else []))
    return _verdict(output, time.perf_counter() - began)


def statuses() -> list[str]:
    """The model's statuses by the numbers that spin gives them: it counts an mtype from its end, beginning with 1."""
    (declared,) = re.findall(r"mtype:status = \{(.*?)\}", MODEL.read_text())
    return ["", *reversed(declared.replace(" ", "").split(","))]


def removable_guards() -> set[str]:
    return set(re.findall(r"\bWITHOUT_[A-Z_]*[A-Z]\b", MODEL.read_text()))


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _verdict(output: str, seconds: float) -> Verdict:
    told = re.search(r"^pan:\d+: (?:assertion violated )?(.*?) \(at depth", output, re.MULTILINE)
    states = re.search(r"(\d+) states, stored", output)
    if states is None or "too small" in output or (told is None and "errors: 0" not in output):
        raise RuntimeError(f"the search did not end: {output[-2000:]}")
    names = statuses()
    taken = re.findall(r"^taken (\d+) (\d+)$", output, re.MULTILINE)
    return Verdict(
        broken=told.group(1) if told else "",
        states=int(states.group(1)),
        seconds=seconds,
        taken=frozenset((names[int(before)], names[int(after)]) for before, after in taken),
    )
