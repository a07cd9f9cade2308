"""Checks a document against a schema; a refusal is one sentence that names field, value and what would be right."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from roughcut.contracts.documents import strangeness
from roughcut.contracts.sentences import field_of, sentence

_SCHEMAS = Path(__file__).parent / "schemas"


class ContractBroken(ValueError):
    """A document does not fit its schema. `field` is a path, `payload.slides[2].id`; "" is the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


def check(document: Any, name: str) -> dict[str, Any]:
    """Return the document if it fits schema `name` ("submit", "stitch_video.in"). Raises `ContractBroken`."""
    strange = strangeness(document)
    if strange is not None:
        raise ContractBroken(strange[1], strange[0])
    error = best_match(_validator(name).iter_errors(document), key=_relevance)
    if error is not None:
        raise ContractBroken(sentence(error), field_of(error))
    return dict(document)


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema itself. Raises FileNotFoundError for an unknown name."""
    loaded: dict[str, Any] = json.loads((_SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return loaded


@cache
def _validator(name: str) -> Any:
    return _Validator(schema(name), registry=_REGISTRY)


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Python's `$` matches before a last line feed as well; that of JSON Schema does not."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # so are its stubs


def _neighbour(uri: str) -> Resource[Mapping[str, Any]]:
    """Schemas refer to each other by file name: {"$ref": "slide.schema.json"}."""
    # Without the name of its dialect: jsonschema would take its own class for that, and the plain `$` with it.
    contents = {name: value for name, value in schema(uri.removesuffix(".schema.json")).items() if name != "$schema"}
    return DRAFT202012.create_resource(contents)


_REGISTRY: Registry[Any] = Registry(retrieve=_neighbour)  # type: ignore[call-arg]  # attrs aliases hide it from mypy


def _relevance(error: Any) -> tuple[bool, int]:
    """The unknown field first, since it is most often a misspelt known one; else the error nearest the root."""
    return error.validator == "additionalProperties", -len(error.path)
