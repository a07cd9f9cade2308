"""Turns a jsonschema error into one sentence for people: field, value, what would be right."""

import json
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

ValidationError = Any  # jsonschema.ValidationError, whose attributes its stubs leave half typed

SHOWN = 80  # characters of a refused value, or of an unknown name, that a sentence repeats


def sentence(error: ValidationError) -> str:
    """`payload.hls is "yes": it must be true or false.`"""
    if error.validator in ("additionalProperties", "required"):
        return _about_names(error)
    said = f"{field_of(error) or 'the request'} is {_shown(error.instance)}"
    explain = _EXPLAIN.get(str(error.validator))
    return f"{said}: it must be {error.schema.get('x-must-be') or (explain(error) if explain else error.message)}."


def field_of(error: ValidationError) -> str:
    """`payload.slides[2].duration`; for an unknown or missing field, the path of that field."""
    path = ""
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    name = _unknown(error) if error.validator == "additionalProperties" else _missing(error)
    return f"{path}.{name}".strip(".") if name else path.strip(".")


def _about_names(error: ValidationError) -> str:
    if error.validator == "required":
        return f"{field_of(error)} is missing."
    known = sorted(error.schema.get("properties", {}))
    near = get_close_matches(_unknown(error) or "", known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}."
    return f"{field_of(error)} is not a known field; {hint}"


def _unknown(error: ValidationError) -> str | None:
    if error.validator != "additionalProperties":
        return None
    unknown = next((str(name) for name in error.instance if name not in error.schema.get("properties", {})), None)
    return None if unknown is None else plain(unknown)


def plain(name: str) -> str:
    """A name from outside as a sentence and a log line can bear it: short, and without control characters."""
    return json.dumps(name[:SHOWN], ensure_ascii=not name.isprintable())[1:-1][:SHOWN]


def _missing(error: ValidationError) -> str | None:
    if error.validator != "required":
        return None
    return next((str(name) for name in error.validator_value if name not in error.instance), None)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def _types(error: ValidationError) -> str:
    names = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
    return " or ".join(_TYPE_NAMES.get(name, name) for name in names)


_TYPE_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}

_EXPLAIN: dict[str, Callable[[ValidationError], str]] = {
    "type": _types,
    "enum": lambda e: "one of " + ", ".join(str(value) for value in e.validator_value),
    "const": lambda e: json.dumps(e.validator_value),
    "minimum": lambda e: f"{e.validator_value} or more",
    "maximum": lambda e: f"{e.validator_value} or less",
    "exclusiveMinimum": lambda e: f"more than {e.validator_value}",
    "minLength": lambda e: f"{e.validator_value} characters or more",
    "maxLength": lambda e: f"{e.validator_value} characters or fewer",
    "minItems": lambda e: f"a list of {e.validator_value} or more",
    "maxItems": lambda e: f"a list of {e.validator_value} or fewer",
    "pattern": lambda e: f"text that matches {e.validator_value}",
    "uniqueItems": lambda _: "a list without repeats",
}
