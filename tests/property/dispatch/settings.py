"""Whose jobs run, and under which limits: what a program draws from."""

from dataclasses import dataclass

from roughcut.dispatch.desk import Limits
from tests.property.dispatch.dice import Dice


@dataclass(frozen=True, slots=True)
class Setting:
    """Each field lists what may be drawn; twice is twice as often."""

    sessions: tuple[str, ...] = ("abc", "abc", "acme.s1", "acme.s2", "zeta.s1")
    most: tuple[int, ...] = (1, 2, 3, 4)
    reserved: tuple[int, ...] = (0, 0, 1, 2)
    aging_minutes: tuple[int, ...] = (0, 0, 5)
    tenant_queued: tuple[int, ...] = (0, 0, 2)
    tenant_running: tuple[int, ...] = (0, 1, 2)
    claims_per_shard: tuple[int, ...] = (100, 100, 1, 2, 3)

    def limits(self, dice: Dice) -> Limits:
        return Limits(
            max_concurrent_jobs=dice.of(self.most),
            reserved_high_slots=dice.of(self.reserved),
            job_timeout_minutes=2,
            priority_aging_minutes=dice.of(self.aging_minutes),
            tenant_max_queued=dice.of(self.tenant_queued),
            tenant_max_running=dice.of(self.tenant_running),
        )


SETTINGS = {
    "few": Setting(("abc",), most=(1, 1, 2), reserved=(0,), aging_minutes=(0,), claims_per_shard=(100,)),
    "tenants": Setting(("acme.s1", "acme.s2", "zeta.s1", "abc"), tenant_running=(1, 1, 2), tenant_queued=(0, 2)),
    "shards": Setting(("abc",), most=(2, 3, 4), claims_per_shard=(1, 2, 3)),
    "all": Setting(),
}
