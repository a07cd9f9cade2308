"""Each guard is taken away once, and the programs must notice: else they prove nothing about it."""

import time
from collections import Counter

import pytest

from tests.property.dispatch.freezing import Endless
from tests.property.dispatch.mutants import MUTANTS, applied
from tests.property.dispatch.search import random_program
from tests.property.dispatch.settings import SETTINGS

MOST_PROGRAMS, STEPS = 600, 40


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught(mutant, tell):
    figures, began = Counter(), time.perf_counter()
    with applied(mutant), pytest.raises((AssertionError, Endless)) as caught:
        for seed in range(MOST_PROGRAMS):
            random_program(SETTINGS[mutant.within], figures, seed, STEPS)
    took, why = time.perf_counter() - began, str(caught.value).splitlines()[0]
    where = f"program {figures['programs']} of {mutant.within!r}"
    tell(f"without its guard, {mutant.name}: {where}, {took:.1f} s: {why[:90]}")
