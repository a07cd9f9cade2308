"""moto leaves out the ManagedPolicyArns of a template's role; on AWS they are attached, and are most of what it may do.

AWS's own policies are not there either until the environment asks for all 1,300 of them: the one that is named is made.

Upstream: none found.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, Role, iam_backends

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """A role of a template has its managed policies."""
    replace(Role, "create_from_cloudformation_json", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def create(name: str, resource: dict[str, Any], account_id: str, region_name: str, **named: Any) -> Any:
        role = stock(name, resource, account_id, region_name, **named)
        backend: Any = iam_backends[account_id]["aws"]
        for arn in resource["Properties"].get("ManagedPolicyArns", []):
            if arn not in backend.managed_policies and arn.startswith("arn:aws:iam::aws:policy/"):
                backend.managed_policies[arn] = _of_aws(arn.rpartition("/")[2], account_id, region_name)
            backend.attach_role_policy(policy_arn=arn, role_name=role.name)
        return role

    return create


def _of_aws(name: str, account_id: str, region_name: str) -> AWSManagedPolicy:
    """Read alone out of three megabytes of text. Raises `ValueError` for a policy that AWS did not have."""
    title = f'\n "{name}":'
    data, _ = json.JSONDecoder().raw_decode(
        aws_managed_policies_data, aws_managed_policies_data.index(title) + len(title)
    )
    return AWSManagedPolicy.from_data(name, account_id, region_name, data)
