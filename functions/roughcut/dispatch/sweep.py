"""Once a minute: look at every row that is due, then start what can start. Heals whatever a lost message left."""

from dataclasses import dataclass

from roughcut.dispatch.audit import audit
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.drain import drain
from roughcut.dispatch.reconcile import LOOK_AGAIN_MS, reconcile
from roughcut.dispatch.tenants import bring_back

# DescribeExecution refills at 15 a second (source: Step Functions quotas): 900 in the minute until the next sweep.
DESCRIBES_PER_SECOND = 15
MOST_PER_SWEEP = 900


@dataclass(frozen=True, slots=True)
class Swept:
    """How many due rows were looked at, which jobs were started, and which counters were set right."""

    reconciled: int
    started: list[str]
    repaired: list[str]


def sweep(desk: Desk) -> Swept:
    """Publish the limits, reconcile what is due, bring back held jobs, audit a part of the counters, drain."""
    desk.jobs.set_limit(desk.limits.max_concurrent_jobs, desk.limits.reserved_high_slots)
    # With many running jobs each is looked at less often, so that all of them together stay within the quota.
    look_again = max(LOOK_AGAIN_MS, desk.jobs.board().running * 1000 // DESCRIBES_PER_SECOND)
    due = desk.jobs.due(desk.clock(), MOST_PER_SWEEP)
    for entry in due:
        reconcile(desk, entry.key, entry.attempt, look_again)
    for tenant in desk.jobs.holding_tenants():
        bring_back(desk, tenant)
    return Swept(len(due), drain(desk, trust_counts=False), audit(desk))
