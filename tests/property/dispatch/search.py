"""How programs come about: from Hypothesis, with shrinking, or from a plain generator, which is faster."""

from collections import Counter
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.property.dispatch.dice import BYTES, Dice
from tests.property.dispatch.program import Program
from tests.property.dispatch.settings import Setting

thrown = st.binary(min_size=BYTES, max_size=BYTES).map(Dice)


def state_machine(setting: Setting, figures: Counter[str]) -> type[RuleBasedStateMachine]:
    """The class of programs under `setting`, which count into `figures`."""

    class Programs(RuleBasedStateMachine):
        program: Program | None = None
        is_failing = False

        @initialize(dice=thrown)
        def begin(self, dice: Dice) -> None:
            self.program = Program(setting, figures, dice)

        @rule(dice=thrown)
        def step(self, dice: Dice) -> None:
            self.is_failing = True
            step(self.program, dice)
            self.is_failing = False

        def teardown(self) -> None:
            if self.program is not None:
                end(self.program, whole=not self.is_failing)

    return Programs


def step(program: Program, dice: Dice) -> None:
    try:
        program.step(dice)
    except BaseException as error:
        error.add_note("\n".join(program.told))
        raise


def end(program: Program, *, whole: bool) -> None:
    try:
        if whole:
            program.finish()
    except BaseException as error:
        error.add_note("\n".join(program.told))
        raise
    finally:
        program.world.close()


def random_program(setting: Setting, figures: Counter[str], seed: int, steps: int) -> None:
    """One program; raises what broke."""
    chance = Random(seed)
    program = Program(setting, figures, Dice(chance.randbytes(BYTES)))
    program.told.append(f"seed {seed}")
    whole = False
    try:
        for _ in range(steps):
            step(program, Dice(chance.randbytes(BYTES)))
        whole = True
    finally:
        end(program, whole=whole)
