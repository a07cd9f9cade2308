"""Thousands of random programs over dispatch as it is deployed: no law breaks, and everything that can happen did."""

import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from roughcut.jobs.status import TRANSITIONS
from tests.property.dispatch.program import ENDS
from tests.property.dispatch.search import random_program, state_machine
from tests.property.dispatch.settings import SETTINGS

PLAIN, DRAWN, STEPS = 350, 50, 40  # a program that Hypothesis draws costs twice the time, and is shortened if it fails
PROGRAMS = PLAIN + DRAWN
OFTEN = settings(
    max_examples=DRAWN,
    stateful_step_count=STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
# Five deaths in a row are too rare for chance: test_interleavings has them.
STEPS_SEEN = {f"{a} -> {b}" for a, ends in TRANSITIONS.items() for b in ends} - {"QUEUED -> FAILED"}
HANDLERS = {"submit", "cancel", "retry", "drain", "bring back", "sweep"} | {
    f"message: {kind}" for kind in ("job", "end", "request", "garbage")
}
MISHAPS = {"kills", "throttles", "lost replies", "conflicts", "ghost starts", "gates in flight", "gate replies lost"}
MISHAPS |= {
    "doubled messages",
    "lost messages",
    "fenced reports",
    "reports",
    "lag",
    "refuse",
    "limit",
    "hangs",
    "bus full",
    *ENDS,
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_program_breaks_a_law(setting, tell):
    figures, began = Counter(), time.perf_counter()
    for seed in range(PLAIN):
        random_program(SETTINGS[setting], figures, seed, STEPS)
    run_state_machine_as_test(state_machine(SETTINGS[setting], figures), settings=OFTEN)
    told = ", ".join(f"{name} {count}" for name, count in sorted(figures.items()))
    tell(f"programs of {setting!r} ({time.perf_counter() - began:.1f} s): {told}")
    assert figures["programs"] >= PROGRAMS and figures["port steps"] >= 150 * PROGRAMS
    assert figures["claims"] > PROGRAMS and figures["freezes"] > PROGRAMS and figures["thaws"] > PROGRAMS / 2
    assert not {name for name in STEPS_SEEN | HANDLERS | MISHAPS if not figures[name]}
