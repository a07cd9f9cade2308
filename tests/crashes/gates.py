"""The state machine's own writes, as its definition has them: what a gate asks of DynamoDB for one execution."""

import json
import re
from functools import cache
from typing import Any

from tests.adapters.conftest import TABLE, TEMPLATE

_FORMAT = re.compile(r"States\.Format\('([^']*)', (\S+)\)")

Document = dict[str, Any]


@cache
def states() -> Document:
    definition: Document = json.loads((TEMPLATE.parent / "statemachines/video_pipeline.asl.json").read_text())
    return definition["States"]


def gate(name: str, document: Document, execution_arn: str) -> Document:
    """The UpdateItem call of the state `name`; `document` is the execution's input."""
    context = {"Execution": {"Id": execution_arn}, "State": {"EnteredTime": "2026-11-18T00:00:00Z"}}
    return {**_filled(states()[name]["Parameters"], document, context), "TableName": TABLE}


def _filled(value: Any, document: Document, context: Document) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name.removesuffix(".$"): _evaluated(part, document, context)
        if name.endswith(".$")
        else _filled(part, document, context)
        for name, part in value.items()
    }


def _evaluated(expression: str, document: Document, context: Document) -> Any:
    formatted = _FORMAT.fullmatch(expression)
    if formatted:
        return formatted[1].format(_evaluated(formatted[2], document, context))
    root, *path = expression.split(".")
    found: Any = {"$": document, "$$": context}[root]
    for name in path:
        found = found[name]
    return found
