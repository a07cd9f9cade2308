"""What a role may do: the statements of its policies, every name resolved, and whether they let a call through."""

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.embedded.access.needs import Need
from workbench.embedded.faults import TemplateRefused

Condition = tuple[str, str, tuple[str, ...]]


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """IAM's wildcards: * is any text, ? any one character, and nothing else is special."""
    return pattern == text or _compiled(pattern).fullmatch(text) is not None


def _same_word(allowed: str, value: str) -> bool:
    return allowed.lower() == value.lower()


def _equal(allowed: str, value: str) -> bool:
    return allowed == value


# An operator's positive form; with Not in its name it is the opposite.
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _same_word,
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": _same_word,
}
_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?")


@dataclass(frozen=True)
class Grant:
    """One action on one resource, both as patterns; with the effect Deny it takes away instead."""

    action: str
    resource: str
    conditions: tuple[Condition, ...] = ()
    effect: str = "Allow"

    def covers(self, need: Need) -> bool:
        """Whether this statement speaks of the need. A condition with an unknown operator never holds."""
        return (
            matches(self.action.lower(), need.action.lower())
            and matches(self.resource, need.resource)
            and all(_holds(condition, need) for condition in self.conditions)
        )

    @property
    def unknown_operators(self) -> list[str]:
        """The operators of its conditions that are not known here."""
        return [operator for operator, _, _ in self.conditions if _parsed(operator) is None]


def grants_of(documents: Iterable[dict[str, Any]]) -> set[Grant]:
    """Everything that the policy documents say. Raises `TemplateRefused` for NotAction and NotResource."""
    return {
        Grant(action, resource, tuple(_conditions(statement)), statement.get("Effect", "Allow"))
        for document in documents
        for statement in _listed(document["Statement"])
        for action in _listed(_stated(statement, "Action"))
        for resource in _listed(_stated(statement, "Resource"))
    }


def is_allowed(grants: Iterable[Grant], need: Need) -> bool:
    """As IAM decides: something allows it, and nothing denies it."""
    speaking = {grant.effect for grant in grants if grant.covers(need)}
    return "Allow" in speaking and "Deny" not in speaking


def _stated(statement: dict[str, Any], field: str) -> Any:
    if field not in statement:
        raise TemplateRefused(f"A policy has a statement without {field}; Not{field} is not known to --strict-iam.")
    return statement[field]


def _conditions(statement: dict[str, Any]) -> Iterator[Condition]:
    for operator, tests in statement.get("Condition", {}).items():
        for key, allowed in tests.items():
            yield operator, key, tuple(str(value) for value in _listed(allowed))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@functools.lru_cache(maxsize=256)
def _parsed(operator: str) -> tuple[str, bool, str, bool] | None:
    """(qualifier, whether it is negative, the positive operator, whether an absent key passes)"""
    found = _OPERATOR.fullmatch(operator)
    if found is None:
        return None
    name = found[2].replace("Not", "", 1)
    return (found[1] or "", name != found[2], name, bool(found[3])) if name in _TESTS else None


def _holds(condition: Condition, need: Need) -> bool:
    operator, key, allowed = condition
    parsed = _parsed(operator)
    if parsed is None:
        return False
    qualifier, negative, name, passes_absent = parsed
    values = need.value_of(key)
    if not values:
        return qualifier == "ForAllValues" or passes_absent or (negative and not qualifier)
    test = _TESTS[name]
    fits = [any(test(pattern, value) for pattern in allowed) != negative for value in values]
    return any(fits) if qualifier == "ForAnyValue" else all(fits)
