"""moto runs functions in Docker; ours run in our own workers.

`LambdaFunction.invoke` is where the Invoke API, Step Functions, SNS, S3 events and streams all meet. In moto it also
waits for an invocation of type Event, which AWS only takes in, and hands on a payload that is no JSON.

Upstream: none found.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError

from workbench.embedded.calls import NotUnderstood, json_value
from workbench.embedded.corrections import host
from workbench.embedded.corrections.replacing import replace
from workbench.embedded.workers.outcome import Outcome, Throttled, UnknownFunction

# The Invoke API's LogResult holds at most the last 4 KB.
_LOG_BYTES = 4096
# Bytes of a payload, by the invocation's type.
_LARGEST = {"RequestResponse": 6 * 1024 * 1024, "Event": 1024 * 1024}


class TooManyRequests(JsonRESTError):
    """Becomes `Lambda.TooManyRequestsException` in a state machine."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")
        reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
        self.description = json.dumps({"__type": self.error_type, "message": self.message, "Reason": reason})


class TooLarge(JsonRESTError):
    """Under the name that Lambda sends; the SDKs know it as RequestTooLargeException from its code."""

    code = 413

    def __init__(self, limit: int) -> None:
        message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        super().__init__("RequestEntityTooLargeException", message)


class NotJson(JsonRESTError):
    """A payload that no function could read."""

    def __init__(self, reason: str) -> None:
        super().__init__("InvalidRequestContentException", f"Could not parse request body into json: {reason}")


class NotOurs(JsonRESTError):
    """Somebody created a function through the API: there is no code of it here."""

    code = 404

    def __init__(self, name: str) -> None:
        super().__init__("ResourceNotFoundException", f"The function {name} is not in the template; only those run.")


def apply() -> None:
    """Lead every invocation to the running stack."""

    def build(_stock: Callable[..., Any]) -> Callable[..., Any]:
        return _invoke

    replace(LambdaFunction, "invoke", build)


def _invoke(function: LambdaFunction, body: str | bytes, request: Any, response: dict[str, str]) -> bytes:
    payload = (body.encode() if isinstance(body, str) else body) or b"{}"
    kind = request.get("x-amz-invocation-type", "RequestResponse")
    name = _qualified(function)
    limit = _LARGEST.get(kind)
    if limit and len(payload) > limit:
        raise TooLarge(limit)
    _require_json(payload)
    if kind == "Event":
        host.current().run_function_later(name, payload)
    if kind != "RequestResponse":
        return b""
    outcome = _run(name, payload)
    if outcome.error:
        response["x-amz-function-error"] = outcome.error
    response["x-amz-log-result"] = base64.b64encode(outcome.log.encode()[-_LOG_BYTES:]).decode()
    response["x-amz-executed-version"] = str(function.version)
    return outcome.payload


def _require_json(payload: bytes) -> None:
    try:
        json_value(payload)
    except NotUnderstood as problem:
        raise NotJson(str(problem)) from problem


def _qualified(function: LambdaFunction) -> str:
    """`name`, or `name:number` for a published version."""
    latest = str(function.version) == "$LATEST"
    return str(function.function_name) if latest else f"{function.function_name}:{function.version}"


def _run(name: str, payload: bytes) -> Outcome:
    try:
        return host.current().run_function(name, payload)
    except Throttled as full:
        raise TooManyRequests from full
    except UnknownFunction as stranger:
        raise NotOurs(name) from stranger
