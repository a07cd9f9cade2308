"""A run as its events tell it: which states were entered, how each went, how often it was tried.

Step Functions names the event that came before each event. Along that chain every event belongs to the state whose
entry lies nearest before it, also in the iterations of a Map, which run side by side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event of an execution. `name` is a state's; `index` counts a Map's iterations from 0."""

    id: int
    previous_id: int
    type: str
    at_ms: int
    name: str | None = None
    index: int | None = None
    length: int | None = None
    error: str | None = None
    cause: str | None = None


@dataclass(slots=True)
class Visit:
    """A state that was entered. `status`: running, succeeded, failed, timed_out, cancelled."""

    name: str
    entered_ms: int
    iteration: int | None = None
    status: str = "running"
    exited_ms: int | None = None
    tries: int = 0
    error: str | None = None
    items: int | None = None  # of a Map
    done: dict[str, int] = field(default_factory=dict)

    def end(self, status: str, at_ms: int) -> None:
        self.status, self.exited_ms = status, at_ms


@dataclass(frozen=True, slots=True)
class Place:
    """Whose an event is: a visit, or of a Map's iteration what is between its states."""

    visit: Visit
    iteration: int | None = None


def retrace(events: Sequence[HistoryEvent]) -> tuple[list[Visit], dict[int, Place]]:
    """The visits in the order of their entries, and by event id to which of them an event belongs."""
    visits: list[Visit] = []
    places: dict[int, Place] = {}
    for event in events:
        before = places.get(event.previous_id)
        if event.type.endswith("StateEntered"):
            visits.append(Visit(str(event.name), event.at_ms, before.iteration if before else None))
            places[event.id] = Place(visits[-1], visits[-1].iteration)
        elif event.type.startswith("Execution"):
            _end_all(visits, event)
        else:
            place = _place(event, before, visits)
            if place is not None:
                places[event.id] = place
                _follow(event, place.visit, before.visit if before else place.visit)
    return visits, places


def _place(event: HistoryEvent, before: Place | None, visits: Sequence[Visit]) -> Place | None:
    """An event that names its state (its exit, a Map's iterations) belongs to that; any other to what came before."""
    if event.name is None or (before is not None and before.visit.name == event.name and event.index is None):
        return before
    named = next((visit for visit in reversed(visits) if visit.name == event.name and visit.status == "running"), None)
    index = event.index if event.type == "MapIterationStarted" else None
    # After its exit a state of an iteration is still in that iteration.
    return Place(named, index if index is not None else named.iteration) if named else before


def _follow(event: HistoryEvent, visit: Visit, before: Visit) -> None:
    """What an event does to its visit; `before` is the visit of the event before it."""
    kind = event.type
    if kind.startswith("MapIteration"):
        _follow_iteration(event, visit, before)
    elif kind == "MapStateStarted":
        visit.items, visit.done = event.length, {}
        visit.tries += 1
    elif kind.endswith("Scheduled"):
        visit.tries += 1
    elif kind.endswith(("Failed", "TimedOut")):
        visit.error = event.error or visit.error or kind
    elif kind.endswith("Succeeded"):
        visit.error = None
    elif kind.endswith("StateExited"):
        visit.end("failed" if visit.error else "succeeded", event.at_ms)


def _follow_iteration(event: HistoryEvent, visit: Visit, before: Visit) -> None:
    word = event.type.removeprefix("MapIteration").lower()
    visit.done[word] = visit.done.get(word, 0) + 1
    if word not in ("failed", "aborted") or before is visit:
        return
    if before.status == "running":
        before.end("failed" if word == "failed" else "cancelled", event.at_ms)
    if word == "failed":
        visit.error = before.error


_ENDS = {"ExecutionFailed": "failed", "ExecutionAborted": "cancelled", "ExecutionTimedOut": "timed_out"}


def _end_all(visits: Iterable[Visit], event: HistoryEvent) -> None:
    """With its execution ends what still runs: by its own error, or stopped by the other's."""
    if event.type not in _ENDS:
        return
    for visit in visits:
        if visit.status == "running":
            visit.error = visit.error or event.error
            visit.end(_ENDS[event.type], event.at_ms)
