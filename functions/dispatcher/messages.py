"""What an SQS record can be: the end of an execution, or a message about a job."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roughcut.jobs.job import JobKey


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt's execution has closed."""

    key: JobKey
    attempt: int


def read_ended(record: Mapping[str, Any]) -> Ended | None:
    """From an EventBridge event, which hands the execution's input on as text; None for any other message.

    Source: Step Functions, "Execution Status Change" events.
    """
    if '"detail"' not in record["body"]:
        return None  # most messages: not worth reading twice
    try:
        job = json.loads(json.loads(record["body"])["detail"]["input"])["job"]
        return Ended(JobKey(str(job["session_id"]), str(job["job_id"])), int(job["attempt"]))
    except (ValueError, KeyError, TypeError):
        return None
