"""DescribeExecution fails on an output that is a string with quotes, null or a date, and gives a timed-out execution no
stop date.

Upstream: none found.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.responses import StepFunctionResponse


def apply() -> None:
    """Answer as AWS documents it: the output is JSON text, and there only on success."""
    response: Any = StepFunctionResponse
    response.describe_execution = _describe


def _describe(request: StepFunctionResponse) -> ActionResult:
    execution: Any = request.stepfunction_backend.describe_execution(request._get_param("executionArn"))
    answer = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "redriveCount": 0,
    }
    return ActionResult({**answer, **_ending(execution)})


def _ending(execution: Any) -> dict[str, Any]:
    if execution.status == "RUNNING":
        return {}
    ending = {"stopDate": execution.stop_date, "error": execution.error, "cause": execution.cause}
    if execution.status == "SUCCEEDED":
        ending["output"] = to_json_str(execution.output, separators=(",", ":"))
        ending["outputDetails"] = {"included": True}
    return {name: value for name, value in ending.items() if value is not None}
