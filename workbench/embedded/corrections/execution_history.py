"""GetExecutionHistory ignores reverseOrder, maxResults and nextToken, and lists events while they are being added.

Upstream: none found; localstack/localstack#10106, closed, where this interpreter comes from.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.responses import StepFunctionResponse

# AWS: 100 events a page unless asked otherwise, 1,000 at most.
_PAGE, _LARGEST_PAGE = 100, 1000


def apply() -> None:
    """Page through the history, from either end."""
    response: Any = StepFunctionResponse
    response.get_execution_history = _history


def _history(request: StepFunctionResponse) -> ActionResult:
    backend: Any = request.stepfunction_backend
    events = list(backend.get_execution_history(request._get_param("executionArn"))["events"])
    if request._get_param("reverseOrder"):
        events.reverse()
    start = _number(request, "nextToken", 0)
    end = start + min(_number(request, "maxResults", _PAGE) or _PAGE, _LARGEST_PAGE)
    answer: dict[str, Any] = {"events": events[start:end]}
    if end < len(events):
        answer["nextToken"] = str(end)
    return ActionResult(answer)


def _number(request: StepFunctionResponse, field: str, default: int) -> int:
    value = request._get_param(field)
    if value is None:
        return default
    if not str(value).isdigit():
        raise ValidationException(f"Invalid {field}: {value!r}")
    return int(value)
