"""video-stitcher, asked what a job would take before there is one."""

import json
from typing import Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from roughcut.jobs.failure import failure_of
from roughcut.jobs.foreseen import NotPlanned
from roughcut.jobs.request import SubmitRequest


class LambdaFilmPlanner:
    """`FilmPlanner` that invokes a function and waits for it."""

    def __init__(self, client: Any, function: str) -> None:
        self._client, self._function = client, function

    def foresee(self, request: SubmitRequest) -> dict[str, Any]:
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=_event(request))
        except (ConnectTimeoutError, ReadTimeoutError) as late:
            raise NotPlanned("TimedOut", "Its sources could not be looked at in the time that a quote has.") from late
        told = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            failure = failure_of("FAILED", json.loads(told).get("errorType"), told, request.job_type, None)
            raise NotPlanned(failure.code, failure.message, failure.clip)
        planned: dict[str, Any] = json.loads(told)
        return planned


def _event(request: SubmitRequest) -> bytes:
    asked = {"session_id": request.session_id, "job_type": request.job_type, "payload": request.payload}
    return json.dumps({"step": "quote", "request": asked}).encode()
