"""Whether a deployed stack is there, whole, and ours."""

from typing import Any

from workbench.diagnosis import Finding
from workbench.problem import Problem

_WHOLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def check_stack(name: str) -> Finding:
    """The stack's state; its API's address is the advice when all is well."""
    # Imported here because boto3 takes half a second, which the other checks should not.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from workbench.emptying import outputs_of

    try:
        cloudformation: Any = boto3.client("cloudformation")
        state, outputs = outputs_of(cloudformation, name)
    except (BotoCoreError, ClientError, Problem) as problem:
        told = problem.format_message() if isinstance(problem, Problem) else str(problem)
        return Finding("stack", "fail", told, "check the name, AWS_PROFILE and AWS_DEFAULT_REGION")
    if state not in _WHOLE:
        return Finding(
            "stack", "fail", f"{name} is {state}", "see its events: `aws cloudformation describe-stack-events`"
        )
    return Finding("stack", "ok", f"{name} is {state}", f"use it by --endpoint {outputs['ApiUrl']}")
