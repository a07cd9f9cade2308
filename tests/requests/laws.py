"""What holds for every answer, whatever was asked."""

import json
from collections.abc import Iterator
from typing import Any

from tests.answers import check_answer

_STATUS = {"InvalidRequest": 400, "NotFound": 404, "Conflict": 409, "PayloadTooLarge": 413, "TooManyJobs": 429}
SHOWN = 80  # characters of a value that a refusal repeats
_JOB = "/sessions/{session_id}/jobs/{job_id}"
ROUTE_OF = {
    "submit": "POST /jobs",
    "list": "GET /jobs",
    "quote": "POST /quote",
    "process": "POST /process",
    "status": f"GET {_JOB}",
    "cancel": f"POST {_JOB}/cancel",
    "retry": f"POST {_JOB}/retry",
    "history": f"GET {_JOB}/history",
    "links": f"GET {_JOB}/links",
    "stats": "GET /stats",
    "upload": "POST /sessions/{session_id}/uploads",
}


def route_of(request: dict[str, Any]) -> str | None:
    """The route whose answers this request has; None for an operation that does not exist."""
    name = request.get("operation", "submit")
    if name == "status" and "job_id" not in request:
        return "GET /sessions/{session_id}"
    return ROUTE_OF.get(name) if isinstance(name, str) else None


def hold(request: dict[str, Any], answer: dict[str, Any], owner: str, jobs: dict[str, list[str]]) -> None:
    """Raises AssertionError with the law that the answer breaks. `jobs`: ids by tenant; "" are the operators."""
    code = None if answer["success"] else answer["error"]["code"]
    assert code != "Internal", "an unhandled error"
    if code is not None:
        _teaches(request, answer["error"])
    if owner:
        text, asked = json.dumps(answer), json.dumps(request)
        others = [job for tenant, ids in jobs.items() if tenant != owner for job in ids]
        assert not [job for job in others if job in text and job not in asked], "a job of somebody else"
        assert answer["success"] is False or not [job for job in others if job in text], "a job of somebody else"
    session = request.get("session_id")
    if answer["success"] and isinstance(session, str):
        prefix = f"{owner}.{session}/" if owner else f"{session}/"
        for key in _keys(answer):
            assert key.split("/", 1)[1].startswith(prefix), f"a key outside of the session: {key}"


def fits(route: str, answer: dict[str, Any], good: int) -> None:
    status = good if answer["success"] else _STATUS[answer["error"]["code"]]
    check_answer(route, status, answer)


def _teaches(request: dict[str, Any], error: dict[str, Any]) -> None:
    message = error["message"]
    assert message.endswith((".", "?")), "no full stop"
    assert message.isprintable() or "\u202e" in message or "\u0301" in message, "a control character"
    for value in _texts(request):
        for at in range(0, len(value) - SHOWN, SHOWN):
            assert value[at : at + SHOWN + 1] not in message, "more of a value than 80 characters"
            assert value[at : at + SHOWN + 1] not in error.get("field", ""), "more of a name than 80 characters"


def _keys(node: Any) -> Iterator[str]:
    return (text for text in _texts(node) if text.startswith(("sessions/", "chunks/")))


def _texts(node: Any) -> Iterator[str]:
    """Every text and every name, without recursion: some requests are nested deep."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
