"""Jobs that wait for their own tenant's cap lie apart, so that nobody is skipped over one by one.

A claim that meets the cap moves its row to the tenant's held partition; each end of a job of that tenant, and the
sweep, bring back as many of the best as the tenant may run.
"""

from dataclasses import replace
from itertools import islice

from roughcut.dispatch.desk import Desk
from roughcut.jobs.order import Priority
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import OPERATORS


def bring_back(desk: Desk, tenant: str) -> int:
    """Make the tenant's best held jobs ready; how many."""
    if tenant == OPERATORS:
        return 0
    cap = desk.limits.tenant_max_running
    room = cap - desk.jobs.tenant_load(tenant).running if cap else 100
    if room <= 0:
        return 0
    entries = islice((entry for p in Priority for entry in desk.jobs.held(tenant, p, room)), room)
    jobs = desk.jobs.get_many([entry.key for entry in entries])
    held = [job for job in jobs if job.status is Status.QUEUED and job.held]
    for job in held:
        desk.jobs.move(job, replace(job, held=False))
    return len(held)
