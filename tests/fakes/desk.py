"""A desk of fakes for tests of the use cases."""

from itertools import count

from roughcut.aws.effects import TenantCaps
from roughcut.dispatch.desk import Desk, Limits
from roughcut.jobs.announcement import Announcement
from tests.fakes.events import FakeEvents
from tests.fakes.executions import FakeExecutions
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import FakeClock
from tests.fakes.media_store import FakeMediaDoor
from tests.fakes.planner import FakePlanner
from tests.fakes.queues import FakeQueues


def fake_desk(*, limit: int = 3, aging_minutes: int = 0, **limits: int) -> Desk:
    """A desk of fakes; tests reach into `desk.jobs`, `desk.executions`, `desk.clock` as the fakes they are."""
    chance = count(1)
    own = Limits(max_concurrent_jobs=limit, priority_aging_minutes=aging_minutes, **limits)
    fresh: list[Announcement] = []
    return Desk(
        jobs=FakeJobStore(TenantCaps(own.tenant_max_queued, own.tenant_max_running), fresh),
        queues=FakeQueues(),
        executions=FakeExecutions(),
        media=FakeMediaDoor(),
        events=FakeEvents(),
        planner=FakePlanner(),
        fresh=fresh,
        clock=FakeClock(),
        randomness=lambda size: next(chance).to_bytes(size),
        limits=own,
    )
