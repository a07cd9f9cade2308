"""DynamoDB's expressions, as far as the table's adapters and the state machine's gates use them.

Conditions: comparisons, AND, OR, brackets, attribute_exists, attribute_not_exists. Updates: SET (also if_not_exists),
REMOVE, ADD of numbers. Anything else is refused: the fake must not guess.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
Condition = Callable[[Item, "Terms"], bool]

_TOKEN = re.compile(r"\s*([#:]?\w+|<=|>=|<>|[=<>(),])")
_COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD)\b")


class ExpressionRefused(Exception):
    """An expression that this fake, or DynamoDB itself, does not take."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What `#name` and `:value` stand for."""

    names: Mapping[str, str]
    values: Item

    def path(self, token: str) -> str:
        return self.names[token] if token.startswith("#") else token

    def operand(self, token: str, item: Item) -> Mapping[str, Any] | None:
        return self.values[token] if token.startswith(":") else item.get(self.path(token))

    def refuse_unused(self, *expressions: str) -> None:
        used = {token for text in expressions for token in tokens(text)}
        unused = {*self.names, *self.values} - used
        if unused:
            raise ExpressionRefused(f"unused in expressions: {sorted(unused)}")


def comparable(value: Mapping[str, Any]) -> tuple[str, Any]:
    """Typed JSON as something that compares as DynamoDB does: by type, numbers as numbers."""
    ((kind, content),) = value.items()
    return (kind, int(content) if kind == "N" else content)


def holds(condition: str, item: Item, terms: Terms) -> bool:
    return _condition(condition)(item, terms)


def updated(update: str, item: Item, terms: Terms) -> dict[str, Mapping[str, Any]]:
    """The item after an update expression; all right sides see the item as it was."""
    after = dict(item)
    for verb, clause in _clauses(update):
        for term in clause:
            _VERBS[verb](after, item, term, terms)
    return after


@cache
def tokens(text: str) -> tuple[str, ...]:
    found, end = [], 0
    while text[end:].strip():
        match = _TOKEN.match(text, end)
        if match is None:
            raise ExpressionRefused(f"{text!r} at {text[end:]!r}")
        found.append(match[1])
        end = match.end()
    return tuple(found)


@cache
def _condition(text: str) -> Condition:
    rest = list(tokens(text))
    condition = _either(rest)
    if rest:
        raise ExpressionRefused(f"{text!r}: left over {rest}")
    return condition


def _either(rest: list[str]) -> Condition:
    sides = [_both(rest)]
    while rest[:1] == ["OR"]:
        rest.pop(0)
        sides.append(_both(rest))
    return lambda item, terms: any(side(item, terms) for side in sides)


def _both(rest: list[str]) -> Condition:
    sides = [_single(rest)]
    while rest[:1] == ["AND"]:
        rest.pop(0)
        sides.append(_single(rest))
    return lambda item, terms: all(side(item, terms) for side in sides)


def _single(rest: list[str]) -> Condition:
    first = rest.pop(0)
    if first == "(":
        inner = _either(rest)
        _expect(rest, ")")
        return inner
    if first in ("attribute_not_exists", "attribute_exists"):
        _expect(rest, "(")
        path = rest.pop(0)
        _expect(rest, ")")
        wanted = first == "attribute_exists"
        return lambda item, terms: (terms.path(path) in item) is wanted
    compare, second = _COMPARISONS[rest.pop(0)], rest.pop(0)
    return lambda item, terms: _compares(compare, terms.operand(first, item), terms.operand(second, item))


def _compares(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """A missing attribute compares with nothing; values of two types are only unequal."""
    if left is None or right is None:
        return False
    (left_kind, left_value), (right_kind, right_value) = comparable(left), comparable(right)
    if left_kind != right_kind:
        return compare is operator.ne
    return bool(compare(left_value, right_value))


def _expect(rest: list[str], token: str) -> None:
    if not rest or rest.pop(0) != token:
        raise ExpressionRefused(f"{token} expected before {rest}")


@cache
def _clauses(update: str) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    _, *parts = _CLAUSE.split(update)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return tuple((verb, tuple(tokens(term) for term in re.split(r",(?![^(]*\))", text))) for verb, text in pairs)


def _set(after: dict[str, Any], before: Item, term: tuple[str, ...], terms: Terms) -> None:
    match term:
        case (path, "=", "if_not_exists", "(", present, ",", otherwise, ")"):
            value = before.get(terms.path(present), terms.operand(otherwise, before))
        case (path, "=", operand):
            value = terms.operand(operand, before)
        case _:
            raise ExpressionRefused(f"SET {' '.join(term)}")
    if value is None:
        raise ExpressionRefused(f"SET {path}: its right side is no attribute of the item")
    after[terms.path(path)] = value


def _remove(after: dict[str, Any], before: Item, term: tuple[str, ...], terms: Terms) -> None:
    (path,) = term
    after.pop(terms.path(path), None)


def _add(after: dict[str, Any], before: Item, term: tuple[str, ...], terms: Terms) -> None:
    path, value = term
    name = terms.path(path)
    total = int(before.get(name, {"N": "0"})["N"]) + int(terms.values[value]["N"])
    after[name] = {"N": str(total)}


_VERBS = {"SET": _set, "REMOVE": _remove, "ADD": _add}
