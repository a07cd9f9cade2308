"""moto looks for each of the ten members that a DynamoDB attribute value may have, under up to six names each: a
quarter of what a job costs the embedded AWS. Yet a value has one member, and that is its JSON already.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from moto.core.serialize import BaseJSONSerializer

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Answer DynamoDB's attribute values as they are. Binary ones, and whatever else is not JSON, stay with moto."""
    replace(BaseJSONSerializer, "_serialize_type_structure", _build_structure)


def _build_structure(stock: Callable[..., None]) -> Callable[..., None]:
    def serialize(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and _is_json(value):
            serializer._default_serialize(serialized, value, shape, key)
        else:
            stock(serializer, serialized, value, shape, key)

    return serialize


def _is_json(value: Any) -> bool:
    if type(value) is not dict or len(value) != 1:
        return False
    [(tag, content)] = value.items()
    return tag in _IS_JSON and _IS_JSON[tag](content)


def _is_text(content: Any) -> bool:
    return type(content) is str


def _is_truth(content: Any) -> bool:
    return type(content) is bool


def _are_texts(content: Any) -> bool:
    return type(content) is list and all(type(each) is str for each in content)


def _is_list(content: Any) -> bool:
    return type(content) is list and all(map(_is_json, content))


def _is_map(content: Any) -> bool:
    return type(content) is dict and all(map(_is_json, content.values()))


_IS_JSON: dict[str, Callable[[Any], bool]] = {
    "S": _is_text,
    "N": _is_text,
    "BOOL": _is_truth,
    "NULL": _is_truth,
    "SS": _are_texts,
    "NS": _are_texts,
    "L": _is_list,
    "M": _is_map,
}
