"""The operations by name: schema, then use case, then the answer of the contract, section 3."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from roughcut.contracts import ContractBroken, check, schema
from roughcut.dispatch.announcing import announce
from roughcut.dispatch.cancel import cancel
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.drain import drain
from roughcut.dispatch.history import history
from roughcut.dispatch.links import links
from roughcut.dispatch.listing import Wanted, list_jobs
from roughcut.dispatch.position import newest_position, position_of
from roughcut.dispatch.quoting import quote
from roughcut.dispatch.retry import retry
from roughcut.dispatch.stats import stats
from roughcut.dispatch.submit import submit
from roughcut.dispatch.uploads import upload
from roughcut.dispatch.view import iso, job_view, session_view, views
from roughcut.jobs.job import JobKey
from roughcut.jobs.request import RequestRefused, parse_submit
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import OPERATORS, outer_session, owned, stored_session

Answer = dict[str, Any]


def perform(request: Any, desk: Desk, tenant: str = OPERATORS) -> Answer:
    """Run one request of `tenant`; no operation is `submit`. Raises `RequestRefused` with the contract's code."""
    if not isinstance(request, Mapping):
        raise RequestRefused("InvalidRequest", "the request must be a JSON object with an operation.")
    name = request.get("operation", "submit")
    if not isinstance(name, str) or name not in OPERATIONS:
        raise _unknown_operation(name)
    if tenant != OPERATORS and name in _OF_THE_WHOLE_STACK:
        raise RequestRefused("NotFound", f"there is no operation {name} for tenants: it is about all of them.")
    try:
        known = _whole(name, check(request, name))
    except ContractBroken as broken:
        raise RequestRefused("InvalidRequest", broken.message, broken.field) from broken
    answer = OPERATIONS[name](_owned_by(tenant, known), desk)
    announce(desk)
    return answer


def _whole(name: str, request: Answer) -> Answer:
    """JSON knows one kind of number: 5.0 is as whole as 5, for its schema and so for us."""
    told = schema(name).get("properties", {})
    return {
        field: int(value) if isinstance(value, float) and told.get(field, {}).get("type") == "integer" else value
        for field, value in request.items()
    }


def _owned_by(tenant: str, request: Answer) -> Answer:
    """The request with its session as it is stored. No schema knows a tenant: nobody can ask for one."""
    session = {"session_id": stored_session(tenant, request["session_id"])} if "session_id" in request else {}
    return {**request, **session, "tenant": tenant}


def _submit(request: Answer, desk: Desk) -> Answer:
    submitted = submit(parse_submit(request), desk)
    job = submitted.job
    position = position_of if submitted.is_duplicate else newest_position
    return {
        "job_id": job.job_id,
        **owned(job.session_id),
        "job_type": job.job_type,
        "priority": int(job.priority),
        "status": job.status.word,
        "submitted_at": iso(job.submitted_ms),
        **position(desk, job),
        **({"duplicate": True} if submitted.is_duplicate else {}),
    }


def _quote(request: Answer, desk: Desk) -> Answer:
    return quote(parse_submit(request), desk)


def _status(request: Answer, desk: Desk) -> Answer:
    session_id, job_id = request["session_id"], request.get("job_id")
    view = job_view(desk, JobKey(session_id, job_id)) if job_id else session_view(desk, session_id)
    if view is None:
        session = outer_session(session_id)
        wanted = f"job {job_id} in session {session}" if job_id else f"session {session}"
        raise RequestRefused("NotFound", f"there is no {wanted}.", "job_id" if job_id else "session_id")
    return view


def _stats(_: Answer, desk: Desk) -> Answer:
    return stats(desk)


def _cancel(request: Answer, desk: Desk) -> Answer:
    job = cancel(desk, JobKey(request["session_id"], request["job_id"]))
    drain(desk)  # its slot may be free now
    return {"status": job.status.word, **({"cancelling": True} if job.status is Status.CANCELLING else {})}


def _retry(request: Answer, desk: Desk) -> Answer:
    key = JobKey(request["session_id"], request["job_id"])
    job = retry(desk, key, from_start=request.get("from") == "start")
    return {"job_id": job.job_id, "status": job.status.word, "attempt": job.attempt, **position_of(desk, job)}


def _list(request: Answer, desk: Desk) -> Answer:
    narrowed = {name: request.get(name) for name in ("status", "job_type", "session_id")}
    wanted = Wanted(**narrowed, tenant=request["tenant"])
    page = list_jobs(desk, wanted, request.get("limit", 50), request.get("cursor"))
    return {"jobs": views(desk, page.jobs), **({"cursor": page.cursor} if page.cursor else {})}


def _history(request: Answer, desk: Desk) -> Answer:
    key = JobKey(request["session_id"], request["job_id"])
    return history(desk, key, request.get("since", 0), request.get("attempt"))


def _links(request: Answer, desk: Desk) -> Answer:
    return links(desk, JobKey(request["session_id"], request["job_id"]), request.get("expires_seconds", 3600))


def _upload(request: Answer, desk: Desk) -> Answer:
    return upload(desk, request)


def _process(request: Answer, desk: Desk) -> Answer:
    started = drain(desk, most=request.get("max_jobs", 1))
    figures = stats(desk)
    return {"started": started, "free_slots": figures["free_slots"], "queued": figures["queued"]["total"]}


OPERATIONS: Mapping[str, Callable[[Answer, Desk], Answer]] = {
    "submit": _submit,
    "status": _status,
    "stats": _stats,
    "process": _process,
    "cancel": _cancel,
    "retry": _retry,
    "list": _list,
    "history": _history,
    "quote": _quote,
    "links": _links,
    "upload": _upload,
}


_OF_THE_WHOLE_STACK = frozenset({"stats", "process"})


def _unknown_operation(name: Any) -> RequestRefused:
    near = get_close_matches(str(name), OPERATIONS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it must be one of {', '.join(OPERATIONS)}."
    return RequestRefused("InvalidRequest", f"operation is {str(name)[:80]!r}: {hint}", "operation")
