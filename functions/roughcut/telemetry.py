"""Logs: one JSON line each, with the job in every line. `observed` wraps each handler."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from roughcut.jobs.errors import PipelineError

logger = Logger(service="roughcut")

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_JOB_FIELDS = ("session_id", "job_id", "attempt")


def observed(handler: Handler) -> Handler:
    """Bind the job's ids to every log line of the call, and log how it ended before the error leaves the function."""

    @wraps(handler)
    def observe(event: dict[str, Any], context: Any) -> dict[str, Any]:
        logger.clear_state()
        logger.append_keys(request_id=getattr(context, "aws_request_id", None), **_job_of(event))
        try:
            return handler(event, context)
        except PipelineError as error:
            logger.warning("stage refused", extra={"error": type(error).__name__, "problem": error.problem})
            raise
        except Exception:
            logger.exception("stage broke")
            raise

    return observe


def _job_of(event: Any) -> dict[str, Any]:
    job = event.get("job") if isinstance(event, dict) else None
    return {name: job[name] for name in _JOB_FIELDS if name in job} if isinstance(job, dict) else {}
