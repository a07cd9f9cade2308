"""Runs a handler behind the Lambda Runtime API where AWS's own client (awslambdaric) has no wheel, as on macOS.

`python bootstrap.py module.path.name`, started in the function's folder. Standard library only, and nothing of ours: it
stands where AWS's code stands, and the handler must not see a difference.
"""

import decimal
import http.client
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Python puts this file's folder first; Lambda puts the function's.
sys.path[0] = os.getcwd()  # noqa: PTH109 - pathlib would be one more import in every cold start

_BASE = "/2018-06-01/runtime"
Handler = Callable[[Any, "Context"], Any]


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler about its invocation."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_name: str = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version: str = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
    memory_limit_in_mb: str = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    log_group_name: str = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    log_stream_name: str = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    client_context: None = None
    identity: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the worker is killed."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


class RuntimeFault(Exception):
    """A failure that Lambda names itself, such as Runtime.ImportModuleError."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Runtime:
    """The client's side of the Runtime API, on one connection."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address)

    def next(self) -> tuple[bytes, http.client.HTTPMessage]:
        """Wait for an invocation."""
        self._connection.request("GET", f"{_BASE}/invocation/next")
        response = self._connection.getresponse()
        return response.read(), response.headers

    def post(self, path: str, body: bytes) -> None:
        """Answer one."""
        self._connection.request("POST", f"{_BASE}/{path}", body, {"Content-Type": "application/json"})
        self._connection.getresponse().read()


def main(name: str) -> None:
    """Serve invocations until the stack goes away."""
    runtime = Runtime(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(name)
    except Exception as problem:
        traceback.print_exc()
        runtime.post("init/error", describe(problem, ""))
        sys.exit(1)
    while True:
        serve(runtime, handler)


def load(name: str) -> Handler:
    """Import the handler. Raises `RuntimeFault` as Lambda names it, or whatever the module raises."""
    module_name, _, function_name = name.rpartition(".")
    if not module_name:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Bad handler '{name}': not of the form module.function")
    try:
        module = importlib.import_module(module_name)
    except ImportError as problem:
        message = f"Unable to import module '{module_name}': {problem}"
        raise RuntimeFault("Runtime.ImportModuleError", message) from problem
    except SyntaxError as problem:
        message = f"Syntax error in module '{module_name}': {problem}"
        raise RuntimeFault("Runtime.UserCodeSyntaxError", message) from problem
    if not hasattr(module, function_name):
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise RuntimeFault("Runtime.HandlerNotFound", message)
    handler: Handler = getattr(module, function_name)
    return handler


def serve(runtime: Runtime, handler: Handler) -> None:
    """One invocation, from its event to its answer."""
    body, headers = runtime.next()
    context = Context(
        headers["Lambda-Runtime-Aws-Request-Id"],
        headers["Lambda-Runtime-Invoked-Function-Arn"],
        int(headers["Lambda-Runtime-Deadline-Ms"]),
    )
    os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
    try:
        result = encode(handler(decode(body), context))
    except Exception as problem:
        traceback.print_exc()
        runtime.post(f"invocation/{context.aws_request_id}/error", describe(problem, context.aws_request_id))
    else:
        runtime.post(f"invocation/{context.aws_request_id}/response", result)


def decode(body: bytes) -> Any:
    """Raises `RuntimeFault` for what is not JSON."""
    try:
        return json.loads(body)
    except ValueError as problem:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal input: {problem}") from problem


def encode(result: Any) -> bytes:
    """Raises `RuntimeFault` for what JSON cannot hold."""
    try:
        return result if isinstance(result, bytes) else json.dumps(result, default=_decimal).encode()
    except (TypeError, ValueError) as problem:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {problem}") from problem


def describe(problem: Exception, request_id: str) -> bytes:
    """{errorMessage, errorType, requestId, stackTrace}, as Step Functions and callers read it."""
    fault = isinstance(problem, RuntimeFault)
    frames = [] if fault else traceback.format_list(traceback.extract_tb(problem.__traceback__)[1:])
    error_type = problem.name if isinstance(problem, RuntimeFault) else type(problem).__name__
    report = {"errorMessage": str(problem), "errorType": error_type, "requestId": request_id, "stackTrace": frames}
    return json.dumps(report).encode()


def _decimal(value: object) -> int | float:
    # DynamoDB's numbers.
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


if __name__ == "__main__":
    main(sys.argv[1])
