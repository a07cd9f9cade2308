"""An attempt's run as Step Functions' console shows it: its states, and its events a part at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from roughcut.dispatch.cancel import existing
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.view import iso
from roughcut.jobs.history import HistoryEvent, Place, Visit, retrace
from roughcut.jobs.job import JobKey
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.tenancy import owned

EVENTS_AT_ONCE = 1000
CAUSE_SHOWN = 2000  # characters; the whole is in the console
_Node = dict[str, Any]


def history(desk: Desk, key: JobKey, since: int | str = 0, attempt: int | None = None) -> _Node:
    """States of the whole attempt, and up to 1,000 of its events after `since`: an event's id, or a time.

    An attempt that has not started has neither. Raises `RequestRefused`.
    """
    job = existing(desk, key)
    number = attempt or job.attempt
    if number > job.attempt:
        message = f"attempt is {number}: it must be {job.attempt} or less, the attempts that the job has had."
        raise RequestRefused("InvalidRequest", message, "attempt")
    is_new = _since(since)
    events = list(desk.executions.history(replace(job, attempt=number).execution_name))
    visits, places = retrace(events)
    new = [event for event in events if is_new(event)]
    shown = new[:EVENTS_AT_ONCE]
    return {
        **owned(key.session_id),
        "job_id": key.job_id,
        "attempt": number,
        "states": _states(visits),
        "events": [_event(event, places) for event in shown],
        "last_event_id": shown[-1].id if shown else _last(events, since),
        **({"more": True} if len(new) > len(shown) else {}),
    }


def _since(since: int | str) -> Any:
    """Whether an event is after it."""
    if isinstance(since, int):
        return lambda event: event.id > since
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        message = f"since is {since!r}: it must be the id of an event, or a time such as 2026-11-24T04:05:06.789Z."
        raise RequestRefused("InvalidRequest", message, "since") from error
    at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda event: event.at_ms > at.timestamp() * 1000


def _last(events: Sequence[HistoryEvent], since: int | str) -> int:
    """To go on from when nothing is new."""
    if isinstance(since, int):
        return since
    return events[-1].id if events else 0


def _states(visits: Sequence[Visit]) -> list[_Node]:
    """One for each name, in the order of their first entries: a Map's inner states stand for all iterations."""
    by_name: dict[str, list[Visit]] = {}
    for visit in visits:
        by_name.setdefault(visit.name, []).append(visit)
    return [_state(name, same) for name, same in by_name.items()]


def _state(name: str, visits: Sequence[Visit]) -> _Node:
    status = _worst([visit.status for visit in visits])
    ends = [visit.exited_ms for visit in visits if visit.exited_ms is not None]
    error = next((visit.error for visit in reversed(visits) if visit.error), None)
    return {
        "name": name,
        "status": status,
        "entered_at": iso(visits[0].entered_ms),
        **({"exited_at": iso(max(ends))} if status != "running" and ends else {}),
        "tries": sum(max(visit.tries, 1) for visit in visits),
        **({"error": error} if error else {}),
        **_iterations(visits),
    }


def _worst(statuses: Sequence[str]) -> str:
    order = ("running", "failed", "timed_out", "cancelled", "succeeded")
    return min(statuses, key=order.index)


def _iterations(visits: Sequence[Visit]) -> _Node:
    """Of a Map as its events count them, of a state in a Map by its visits."""
    last = visits[-1]
    if last.items is not None:
        done: Mapping[str, int] = last.done
        ended = sum(done.get(word, 0) for word in ("succeeded", "failed", "aborted"))
        running = done.get("started", 0) - ended if last.status == "running" else 0
        counts = (last.items, done.get("succeeded", 0), done.get("failed", 0), running)
    elif last.iteration is not None:
        told = [visit.status for visit in visits]
        counts = (len(told), told.count("succeeded"), told.count("failed"), told.count("running"))
    else:
        return {}
    return {"iterations": dict(zip(("total", "succeeded", "failed", "running"), counts, strict=True))}


def _event(event: HistoryEvent, places: Mapping[int, Place]) -> _Node:
    place = places.get(event.id)
    told = {
        "state": place.visit.name if place else None,
        "iteration": event.index if event.index is not None else place and place.visit.iteration,
        "error": event.error,
        "cause": event.cause[:CAUSE_SHOWN] if event.cause else None,
    }
    known = {name: value for name, value in told.items() if value is not None}
    return {
        "id": event.id,
        "previous_id": event.previous_id,
        "type": event.type,
        "at": iso(event.at_ms),
        **known,
    }
