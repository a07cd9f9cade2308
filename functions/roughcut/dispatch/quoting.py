"""What a job would cost and how long it would take, before anything of it is queued."""

import platform
from collections.abc import Mapping
from typing import Any

from roughcut.dispatch.desk import Desk
from roughcut.jobs.foreseen import Foreseen, NotPlanned, costs
from roughcut.jobs.request import RequestRefused, SubmitRequest, video_name
from roughcut.jobs.speed import PARTS, Speed

# Codes of a job's failure that its request is the reason of. Any other is ours.
_OF_THE_REQUEST = frozenset(
    {"SourceMissing", "SourceUnreadable", "SourceChanged", "PlanTooLarge", "SlideFailed", "EncodeFailed", "TimedOut"}
)


def quote(request: SubmitRequest, desk: Desk) -> dict[str, Any]:
    """The answer of the contract, section 3. Raises `RequestRefused` for what cannot be planned."""
    planned = _planned(request, desk)
    foreseen, machine = Foreseen.from_dict(planned["foreseen"]), platform.machine()
    known = desk.speeds(planned["kind"])
    speeds = {part: Speed.learned(known.get(part, [])) for part in PARTS}
    likely = foreseen.at({part: speed.ratio for part, speed in speeds.items()})
    by_part = costs(likely, machine)
    low, high = (
        sum(costs(foreseen.at({part: getattr(speed, end) for part, speed in speeds.items()}), machine).values())
        for end in ("low", "high")
    )
    return {
        "usd": _rounded(sum(by_part.values())),
        "usd_range": [_rounded(low), _rounded(high)],
        "seconds": round(sum(likely.seconds.values()), 1),
        "renditions": planned["renditions"],
        "skipped": planned["skipped"],
        "chunks": planned["chunks"],
        "state_transitions": foreseen.transitions,
        "breakdown": {name: _rounded(dollars) for name, dollars in by_part.items()},
    }


def within_budget(request: SubmitRequest, desk: Desk) -> float | None:
    """The price that a job with max_usd was quoted at. Raises `RequestRefused` if that is more."""
    if request.max_usd is None:
        return None
    price: float = quote(request, desk)["usd"]
    if price > request.max_usd:
        message = f"max_usd is {request.max_usd:g}: the job is quoted at {price:.6f} US dollars; nothing was queued."
        raise RequestRefused("InvalidRequest", message, "max_usd")
    return price


def _planned(request: SubmitRequest, desk: Desk) -> Mapping[str, Any]:
    try:
        return desk.planner.foresee(request)
    except NotPlanned as problem:
        if problem.code not in _OF_THE_REQUEST:
            raise
        message = f"the job cannot be quoted. {problem.message}"
        raise RequestRefused("InvalidRequest", message, _field(request, problem.clip)) from problem


def _field(request: SubmitRequest, clip: str | None) -> str:
    """Where the request names the clip."""
    names = [video_name(video) for video in request.payload.get("videos", [])]
    return f"payload.videos[{names.index(clip)}]" if clip in names else "payload"


def _rounded(dollars: float) -> float:
    return round(dollars, 8)
