"""Tells the outside what became of jobs: at least once, and never in the way of the jobs themselves."""

from collections.abc import Sequence
from contextlib import suppress

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.view import row_view
from roughcut.jobs.announcement import Announcement
from roughcut.ports import Event

IN_HAND_MS = 60_000  # so long whoever made a transition has for telling of it; then the sweep does
MOST_PER_SHARD = 100  # of one sweep
_AT_ONCE = 10  # entries of one PutEvents; source: its API reference


class EventsRefused(Exception):
    """The bus did not take so many events; the next sweep tries them again."""


def announce(desk: Desk) -> None:
    """Tell of what this invocation changed. Whatever goes wrong, the change stands, and the sweep will tell of it."""
    fresh = list(desk.fresh)
    desk.fresh.clear()
    with suppress(Exception):
        _tell(desk, fresh)


def announce_left(desk: Desk) -> None:
    """Tell of what stayed in the table. Raises what kept it from being told, after the first such trouble."""
    for left in desk.jobs.unannounced(desk.clock() - IN_HAND_MS, MOST_PER_SHARD):
        _tell(desk, left)


def _tell(desk: Desk, announcements: Sequence[Announcement]) -> None:
    refused = 0
    for start in range(0, len(announcements), _AT_ONCE):
        batch = announcements[start : start + _AT_ONCE]
        taken = desk.events.publish([Event(each.event_id, each.title, row_view(desk, each.job)) for each in batch])
        desk.jobs.announced([each for each in batch if each.event_id in taken])
        refused += len(batch) - len(taken)
    if refused:
        raise EventsRefused(refused)
