"""JSON from outside as a document, read strictly: what one reader would take so and another otherwise is refused."""

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

DEPTH_LIMIT = 32  # a request needs seven levels
_TOO_DEEP = f"is nested deeper than {DEPTH_LIMIT} levels: it must be {DEPTH_LIMIT} or fewer."


class Unreadable(ValueError):
    """The text is no document. The message lacks its subject: "is not JSON: ..."."""


def parsed(text: str) -> Any:
    """Raises `Unreadable` for what is not JSON, is nested too deep, or has a name twice in one object."""
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError as error:
        raise Unreadable(_TOO_DEEP) from error
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(f"is not JSON: {error}.") from error
    if _depth(document) > DEPTH_LIMIT:
        raise Unreadable(_TOO_DEEP)
    return document


def strangeness(document: Any) -> tuple[str, str] | None:
    """What no JSON document should hold, and where: (path, sentence), the first one met. None if all is well.

    A direct invocation comes parsed, by a reader that lets NaN, infinite numbers and halves of characters pass.
    """
    if _depth(document) > DEPTH_LIMIT:
        return "", f"the request {_TOO_DEEP}"
    for path, value in _leaves(document, ""):
        where = path or "the request"
        if isinstance(value, float) and not math.isfinite(value):
            return path, f"{where} is {value}: numbers must be finite."
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            return path, f"{where} is {ascii(value)[:80]}: it must be Unicode text, without lone surrogates."
    return None


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value that is no list or object, and every name, with its path."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield path, name
            yield from _leaves(child, f"{path}.{name}".strip("."))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(child, f"{path}[{index}]")
    else:
        yield path, value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON leaves open which of two equal names counts; a client that sends both is told."""
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"has the field {twice[:80]!r} twice in one object: once is right.")
    return document


def _constant(name: str) -> NoReturn:
    raise Unreadable(f"has the value {name}, which JSON does not know: numbers must be finite.")


def _depth(document: Any) -> int:
    """Level by level: a recursive walk would meet the limit that it looks for."""
    level, depth = [document], 0
    while level and depth <= DEPTH_LIMIT + 1:
        depth += 1
        level = [child for parent in level for child in _children(parent)]
    return depth - 1


def _children(parent: Any) -> list[Any]:
    if isinstance(parent, dict):
        return list(parent.values())
    return parent if isinstance(parent, list) else []
