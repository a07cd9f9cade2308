"""Logs: a JSON line each, with the job in every line. `observed` wraps each handler, `observed_stage` each stage's."""

import platform
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from roughcut.jobs.errors import PipelineError
from roughcut.jobs.prices import call_usd
from roughcut.metrics import tell

logger = Logger(service="roughcut")

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_JOB_FIELDS = ("session_id", "job_id", "attempt", "execution")


def observed(handler: Handler) -> Handler:
    """Bind the job's ids to every log line of the call, and log how it ended before the error leaves the function."""

    @wraps(handler)
    def observe(event: dict[str, Any], context: Any) -> dict[str, Any]:
        logger.clear_state()
        logger.append_keys(request_id=getattr(context, "aws_request_id", None), **job_of(event))
        try:
            return handler(event, context)
        except PipelineError as error:
            logger.warning("stage refused", extra={"error": type(error).__name__, "problem": error.problem})
            raise
        except Exception:
            logger.exception("stage broke")
            raise

    return observe


def observed_stage(name: str = "", *, clock: Callable[[], float] = time.monotonic) -> Callable[[Handler], Handler]:
    """The same for a stage, with the time and the memory that the call took; no name is the event's `step`."""

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        def measure(event: dict[str, Any], context: Any) -> dict[str, Any]:
            stage, began = name or str(event.get("step", "unknown")), clock()
            logger.info("stage began", extra={"stage": stage})
            try:
                return handler(event, context)
            finally:
                _told(stage, clock() - began, int(context.memory_limit_in_mb), job_of(event))

        return observed(measure)

    return wrap


def job_of(event: Any) -> dict[str, Any]:
    """The ids of the job that a stage was called for."""
    job = event.get("job") if isinstance(event, dict) else None
    return {name: job[name] for name in _JOB_FIELDS if name in job} if isinstance(job, dict) else {}


def _told(stage: str, seconds: float, memory_mib: int, job: dict[str, Any]) -> None:
    logger.info("stage ended", extra={"stage": stage, "seconds": round(seconds, 3)})
    gb_seconds = seconds * memory_mib / 1024
    cost = call_usd(gb_seconds, platform.machine())
    tell({"StageSeconds": seconds, "LambdaGbSeconds": gb_seconds, "CostUsd": cost}, of=stage, **job)
