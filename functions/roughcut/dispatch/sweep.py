"""Once a minute: look at every row that is due, then start what can start. Heals whatever a lost message left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from roughcut.dispatch.announcing import announce_left
from roughcut.dispatch.audit import audit
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.drain import drain
from roughcut.dispatch.pace import DESCRIBES_PER_SECOND
from roughcut.dispatch.reconcile import LOOK_AGAIN_MS, reconcile
from roughcut.dispatch.tenants import bring_back
from roughcut.jobs.board import Due

MOST_PER_SWEEP = 60 * DESCRIBES_PER_SECOND  # what the quota gives until the next sweep
FAR_MS = 86_400_000  # no row is looked at less often than this
LOOKING_MS = 45_000  # then the rest of the rows wait, the longest overdue first, for the next sweep


@dataclass(slots=True)
class Swept:
    """How many due rows were looked at, which jobs were started, which counters were set right, and what broke."""

    reconciled: int = 0
    started: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def sweep(desk: Desk, *, everything: bool = False) -> Swept:
    """Publish the limits, reconcile, bring back held jobs, drain, audit a part of the counters, tell what was left.

    `everything`: look at all active rows, due or not.
    """
    swept = Swept()
    desk.jobs.set_limit(desk.limits.max_concurrent_jobs, desk.limits.reserved_high_slots)
    _look(desk, swept, desk.clock() + (FAR_MS if everything else 0))
    for tenant in desk.jobs.holding_tenants():
        _whatever_comes(swept, f"tenant {tenant}", partial(bring_back, desk, tenant))
    _whatever_comes(swept, "drain", lambda: swept.started.extend(drain(desk, trust_counts=False)))
    _whatever_comes(swept, "audit", lambda: swept.repaired.extend(audit(desk)))
    _whatever_comes(swept, "events", lambda: announce_left(desk))
    return swept


def _look(desk: Desk, swept: Swept, due_ms: int) -> None:
    # With many running jobs each is looked at less often, so that all of them together stay within the quota.
    look_again = max(LOOK_AGAIN_MS, desk.jobs.board().running * 1000 // DESCRIBES_PER_SECOND)
    until = desk.clock() + LOOKING_MS

    def look(entry: Due) -> None:
        if desk.clock() < until:
            again = partial(reconcile, desk, entry.key, entry.attempt, look_again)
            _whatever_comes(swept, f"job {entry.key.job_id}", again)

    due = desk.jobs.due(due_ms, MOST_PER_SWEEP)
    swept.reconciled = len(due)
    desk.side_by_side(look, due)


def _whatever_comes(swept: Swept, what: str, do: Callable[[], object]) -> None:
    """One row's trouble must not keep the others from being healed; it is told, and looked at again in a minute."""
    try:
        do()
    except Exception as error:
        swept.broken.append(f"{what}: {error!r}")
