"""moto names whatever goes wrong with a dynamodb task DynamoDB.AmazonDynamoDBException unless the table itself refused:
its timeout, a path that leads nowhere, an answer that is too large. On AWS these have their names of any other task.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (
    StateTaskServiceDynamoDB,
)

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Only what the table says is named after it."""
    replace(StateTaskServiceDynamoDB, "_from_error", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def from_error(task: Any, env: Any, ex: Exception) -> Any:
        return stock(task, env, ex) if isinstance(ex, ClientError) else StateTaskService._from_error(task, env, ex)

    return from_error
