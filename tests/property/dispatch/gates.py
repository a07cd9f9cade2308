"""The writes of the state machine's tasks, taken from its definition: what is tried here are the real conditions."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.adapters.conftest import TABLE

ASL = Path(__file__).parents[3] / "statemachines" / "video_pipeline.asl.json"
_FORMAT = re.compile(r"States\.Format\('([^']*)', (\$[\w.]+)\)")


@cache
def states() -> dict[str, Any]:
    machine: dict[str, Any] = json.loads(ASL.read_text().replace("${TableName}", TABLE))
    return machine["States"]


def update(state: str, execution_input: str, arn: str, at: str) -> dict[str, Any]:
    """The UpdateItem that `state` sends for this execution."""
    context = {"Execution": {"Id": arn}, "State": {"EnteredTime": at}}
    rendered: dict[str, Any] = _rendered(states()[state]["Parameters"], json.loads(execution_input), context)
    return rendered


def failure(state: str) -> tuple[str, str]:
    """Error and cause of a Fail state."""
    return states()[state]["Error"], states()[state]["Cause"]


def _rendered(template: Any, document: Any, context: Any) -> Any:
    if not isinstance(template, Mapping):
        return template
    return {
        name.removesuffix(".$"): _value(value, document, context)
        if name.endswith(".$")
        else _rendered(value, document, context)
        for name, value in template.items()
    }


def _value(expression: str, document: Any, context: Any) -> Any:
    formatted = _FORMAT.fullmatch(expression)
    if formatted:
        return formatted[1].replace("{}", str(_value(formatted[2], document, context)))
    root, *path = expression.split(".")
    found = {"$": document, "$$": context}[root]
    for name in path:
        found = found[name]
    return found
