"""The job manager's operations, by the two doors a person's machine has: direct invocation and HTTP."""

import http.client
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from workbench.problem import Problem, RequestRefused
from workbench.signing import credentials_for

# Takes a request of the contract ({"operation": ..., ...}); gives its `data`, or raises `RequestRefused`.
Ask = Callable[[Mapping[str, Any]], dict[str, Any]]

DEFAULT_ENDPOINT = "http://127.0.0.1:8787"
TIMEOUT_SECONDS = 30


def by_invocation(invoke: Callable[[str, Mapping[str, Any]], Any]) -> Ask:
    """Ask by invoking the function itself; `invoke` takes its name and the payload."""
    return lambda request: answered(invoke("job-queue-manager", request))


def by_http(endpoint: str) -> Ask:
    """Ask an HTTP API at `endpoint`, with a signature or token if it is https.

    Raises `Problem` for an address that is none; asking does where nobody answers, or without credentials.
    """
    address = urlsplit(endpoint)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise Problem(f"--endpoint is {endpoint!r}; it must be an address such as {DEFAULT_ENDPOINT}.")
    return lambda request: answered(exchange(endpoint, *route(request)))


def answered(answer: Any) -> dict[str, Any]:
    """The `data` of an answer. Raises `RequestRefused` with the error of one that has none."""
    if not answer["success"]:
        raise RequestRefused(answer["error"])
    data: dict[str, Any] = answer["data"]
    return data


def route(request: Mapping[str, Any]) -> tuple[str, str, dict[str, Any] | None]:
    """The method, path and body that stand for a request."""
    match request:
        case {"operation": "submit" | "quote" | "process" as verb, **fields}:
            return "POST", _POSTED[verb], fields
        case {"operation": "status", "session_id": session, "job_id": job}:
            return "GET", job_path(session, job), None
        case {"operation": "status", "session_id": session}:
            return "GET", f"/sessions/{quote(session, safe='')}", None
        case {"operation": "cancel" | "retry" as verb, "session_id": session, "job_id": job, **fields}:
            return "POST", f"{job_path(session, job)}/{verb}", fields
        case {"operation": "history" | "links" as part, "session_id": session, "job_id": job, **fields}:
            return "GET", f"{job_path(session, job)}/{part}" + _query(fields), None
        case {"operation": "upload", "session_id": session, **fields}:
            return "POST", f"/sessions/{quote(session, safe='')}/uploads", fields
        case {"operation": "list", **fields}:
            return "GET", "/jobs" + _query(fields), None
        case {"operation": "stats"}:
            return "GET", "/stats", None
    raise ValueError(f"no route for {request}")


_POSTED = {"submit": "/jobs", "quote": "/quote", "process": "/process"}


def _query(fields: Mapping[str, Any]) -> str:
    return "?" + urlencode(fields) if fields else ""


def job_path(session_id: str, job_id: str) -> str:
    return f"/sessions/{quote(session_id, safe='')}/jobs/{quote(job_id, safe='')}"


def exchange(endpoint: str, method: str, path: str, body: dict[str, Any] | None) -> Any:
    """One request and its answer. Raises `Problem` when what answers is not a Roughcut API."""
    try:
        status, text = talk(endpoint, method, path, json.dumps(body).encode() if body is not None else None)
    except (OSError, http.client.HTTPException) as problem:
        raise Problem(
            f"No Roughcut answers at {endpoint} ({problem}); start `roughcut up`, or name another by --endpoint."
        ) from problem
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "success" not in answer:
        said = answer.get("message") if isinstance(answer, dict) else None
        raise Problem(f"{endpoint} answered {method} {path} with {status} {said or 'and no JSON'}: {hint(status)}")
    return answer


def hint(status: int) -> str:
    """What to look at when API Gateway, or a stranger, answered in place of the job manager."""
    if status in (401, 403):
        return "the credentials or the token do not let you in."
    return "the log of job-queue-manager says why." if status >= 500 else "is it a Roughcut API?"


def talk(endpoint: str, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    """HTTP without proxies, since the default endpoint is on this machine: (status, body)."""
    address = urlsplit(endpoint)
    headers = {"Content-Type": "application/json", **credentials_for(method, endpoint.rstrip("/") + path, body)}
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, address.path.rstrip("/") + path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
