"""Roles as the embedded AWS has them, every name resolved, and what they let through."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.permissions.needs import Need

_OPERATORS = {
    "ForAllValues:StringEquals": lambda value, allowed: value in allowed,
    "ForAllValues:StringLike": lambda value, allowed: any(fnmatchcase(value, pattern) for pattern in allowed),
    "ForAllValues:StringNotLike": lambda value, allowed: not any(fnmatchcase(value, pattern) for pattern in allowed),
}


@dataclass(frozen=True)
class Grant:
    """One action on one resource."""

    action: str
    resource: str
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def covers(self, need: Need) -> bool:
        if self.action != need.action or not fnmatchcase(need.resource, self.resource):
            return False
        return all(
            _OPERATORS[operator](value, allowed)
            for operator, key, allowed in self.conditions
            for value in need.keys[key]
        )


def grants_of(iam: Any, role: str, attached: Iterable[str]) -> set[Grant]:
    """Everything that the role may. `attached`: the ARNs of its managed policies, which moto does not attach."""
    return {
        Grant(action, resource, tuple(_conditions(statement)))
        for document in _documents(iam, role, attached)
        for statement in _parsed(document)["Statement"]
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def _documents(iam: Any, role: str, attached: Iterable[str]) -> Iterator[dict[str, Any]]:
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    for arn in attached:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        yield iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _parsed(document: Any) -> dict[str, Any]:
    """moto keeps some documents of a template as Python would print them."""
    parsed: dict[str, Any] = ast.literal_eval(document) if isinstance(document, str) else document
    return parsed


def _conditions(statement: dict[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for operator, tests in statement.get("Condition", {}).items():
        for key, allowed in tests.items():
            yield operator, key, tuple(_listed(allowed))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
