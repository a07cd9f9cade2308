"""moto names no version of a function or layer: `!Ref` of one, which is its ARN, comes out as a Python object.

Upstream: none found.
"""

from typing import Any

from moto.awslambda.models import LambdaVersion, LayerVersion, lambda_backends

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Name each version as it is created."""

    def build(stock: Any) -> Any:
        def create(name: str, document: dict[str, Any], account_id: str, region_name: str, **more: Any) -> Any:
            made = stock(name, document, account_id, region_name, **more)
            made.physical_resource_id = _arn(made, document, account_id, region_name)
            return made

        return create

    for kind in (LambdaVersion, LayerVersion):
        replace(kind, "create_from_cloudformation_json", build)


def _arn(made: Any, document: dict[str, Any], account_id: str, region_name: str) -> str:
    if isinstance(made, LayerVersion):
        return str(made.arn)
    function = document["Properties"]["FunctionName"]
    return str(lambda_backends[account_id][region_name].get_function(function, str(made.version)).function_arn)
