"""What each role may do, read from where the template's policies have come to be, once for each role."""

import ast
import json
import threading
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends

from workbench.embedded.access.grants import Grant, grants_of
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.translate import REGION


class Roles:
    """Grants by role; a change that somebody makes through IAM later is not seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grants: dict[str, set[Grant]] = {}

    def grants(self, role: str) -> set[Grant]:
        """Nothing for a role that does not exist. Raises `TemplateRefused` for a policy that cannot be read."""
        with self._lock:
            if role not in self._grants:
                self._grants[role] = grants_of(_documents(role))
            return self._grants[role]


def _documents(role: str) -> Iterator[dict[str, Any]]:
    roles = iam_backends[ACCOUNT]["aws"].roles.values()
    found: Any = next((each for each in roles if each.name == role), None)
    if found is None:
        return
    for document in found.policies.values():
        yield _parsed(document)
    for policy in found.managed_policies.values():
        yield _parsed(next(version.document for version in policy.versions if version.is_default))


def _parsed(document: Any) -> dict[str, Any]:
    """moto keeps some documents as JSON, and some of a template as Python would print them."""
    if not isinstance(document, str):
        return dict(document)
    try:
        parsed: dict[str, Any] = json.loads(document)
    except ValueError:
        parsed = ast.literal_eval(document)
    return parsed


def hash_key(table: str, index: str | None) -> str:
    """The attribute that partitions a table or its index; empty for one that does not exist."""
    found: Any = dynamodb_backends[ACCOUNT][REGION].tables.get(table)
    if found is None:
        return ""
    if index is None:
        return str(found.hash_key_attr)
    schemas = (each.schema for each in (*found.global_indexes, *found.indexes) if each.name == index)
    schema: list[dict[str, str]] = next(schemas, [])
    return next((str(part["AttributeName"]) for part in schema if part["KeyType"] == "HASH"), "")
