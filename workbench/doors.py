"""The ways to a Roughcut that runs elsewhere: an HTTP API, this machine's or a deployed one, or a Lambda function."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.operations import Ask, answered, by_http
from workbench.problem import Problem

if TYPE_CHECKING:
    from botocore.client import BaseClient

# Longer than the job manager may run (30 s), its start included.
_READ_SECONDS = 60


def open_door(endpoint: str, function: str | None) -> Ask:
    """To the function if one is named, else to the HTTP API at `endpoint`. Raises `Problem` for what is no address."""
    return by_function(function) if function else by_http(endpoint)


def by_function(name: str) -> Ask:
    """Ask by invoking the Lambda function `name`, with the credentials, region and endpoint that AWS's tools use.

    Asking raises `Problem` where AWS refuses or the function fails.
    """
    # Imported here because boto3 takes half a second, which `roughcut status` by HTTP should not.
    from botocore.exceptions import BotoCoreError, ClientError

    def ask(request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = _lambda_client().invoke(FunctionName=name, Payload=json.dumps(request).encode())
            return answered(_told(name, answer))
        except (BotoCoreError, ClientError) as problem:
            raise Problem(f"The function {name!r} cannot be invoked: {problem}.") from problem

    return ask


def _lambda_client() -> "BaseClient":
    import boto3
    from botocore.config import Config

    # One try: a submit that was slow, not lost, would be a second job.
    return boto3.client("lambda", config=Config(read_timeout=_READ_SECONDS, retries={"total_max_attempts": 1}))


def _told(name: str, answer: Mapping[str, Any]) -> Any:
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Problem(f"The function {name!r} failed: {told.get('errorMessage', told)}; its log says more.")
    if not isinstance(told, dict) or "success" not in told:
        raise Problem(f"The function {name!r} answers as no job manager does; --function takes job-queue-manager.")
    return told
