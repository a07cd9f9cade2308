"""The routes of the HTTP API: what each one runs. The template, the handler and the OpenAPI document have the same."""

from collections.abc import Mapping
from typing import NamedTuple


class Route(NamedTuple):
    """`answer` names the schema of the data; `refusals` are the status codes besides `success`."""

    operation: str
    success: int
    answer: str
    refusals: tuple[int, ...]


_JOB = "/sessions/{session_id}/jobs/{job_id}"

# By route key, as events name it.
ROUTES: Mapping[str, Route] = {
    "POST /jobs": Route("submit", 202, "submit.out", (400, 409, 413, 429, 500)),
    "GET /jobs": Route("list", 200, "list.out", (400, 500)),
    "GET /sessions/{session_id}": Route("status", 200, "session.out", (400, 404, 500)),
    f"GET {_JOB}": Route("status", 200, "job.out", (400, 404, 500)),
    f"POST {_JOB}/cancel": Route("cancel", 202, "cancel.out", (400, 404, 409, 413, 500)),
    f"POST {_JOB}/retry": Route("retry", 202, "retry.out", (400, 404, 409, 413, 500)),
    f"GET {_JOB}/history": Route("history", 200, "history.out", (400, 404, 500)),
    f"GET {_JOB}/links": Route("links", 200, "links.out", (400, 404, 409, 500)),
    "POST /sessions/{session_id}/uploads": Route("upload", 201, "upload.out", (400, 404, 413, 500)),
    "GET /stats": Route("stats", 200, "stats.out", (400, 404, 500)),
    "POST /quote": Route("quote", 200, "quote.out", (400, 413, 500)),
    "POST /process": Route("process", 200, "process.out", (400, 404, 413, 500)),
}

# Public: they read no data, or what the token in the path is a ticket for.
HEALTH, OPENAPI = "GET /health", "GET /openapi.json"
DOWNLOAD = "GET /d/{token}"
