"""Whatever call a function dies in, in whatever state a job is: two sweeps later all is as it must be."""

from functools import partial
from typing import Any

import pytest

from roughcut.dispatch.pace import side_by_side
from roughcut.jobs.status import Status
from tests.crashes.account import MINUTE, Account
from tests.crashes.deeds import DEEDS, Deed
from tests.crashes.points import Mishap
from tests.crashes.starts import STARTS
from tests.crashes.sweeping import MOST_SWEEPS, Figures, break_everywhere
from tests.crashes.verdict import problems

# Four fifths of what there were when this was written: fewer would say that the enumeration sees less than it did.
FEWEST_POINTS = {
    "submit": 190,
    "doorbell": 730,
    "end event": 690,
    "event of attempt 1": 690,
    "batch": 1090,
    "sweep": 4300,
    "cancel": 770,
    "retry": 330,
    "process": 630,
    "request of others": 970,
    "garbage": 630,
    "gates": 14,
}


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_two_sweeps_heal_a_mishap_at_any_call(deed: Deed, tell: Any) -> None:
    """A third sweep is needed only where jobs run in turn and no message tells of an end: see `Start.in_turn`."""
    figures = Figures()
    for start in STARTS:
        break_everywhere(start, deed, figures)
    healed = ", ".join(f"{count} after {sweeps} sweeps" for sweeps, count in sorted(figures.sweeps.items()))
    tell(f"crash sweep, {deed.name}: {figures.scenarios} starts, {figures.points} points, healed {healed}")
    assert figures.failures == []
    assert figures.points >= FEWEST_POINTS[deed.name]
    assert min(figures.sweeps[sweeps] for sweeps in range(MOST_SWEEPS + 1)) > 0


def test_a_sweep_with_many_hands_that_dies_at_any_call_is_healed_by_the_next() -> None:
    start = next(start for start in STARTS if start.name == "three finished")
    look = partial(side_by_side, pause=lambda _: None)
    at, was_struck = 0, True
    while was_struck:  # the hands take turns by chance, so their calls are numbered anew each time
        account = start.account(look)
        account.points.arm(at, Mishap.KILLED_BEFORE)
        account.attempt(Account.sweep)
        was_struck = account.points.struck
        account.points.arm()
        account.clock.now_ms += MINUTE
        account.sweep()
        assert problems(account) == []
        assert {job.status for job in account.jobs()} == {Status.SUCCEEDED}
        at += 1
    assert at > 40
