"""moto accepts a machine whose Next leads nowhere, and finds out in the middle of a job; AWS refuses it. What moto does
refuse, it refuses without the error's name.

Upstream: none found.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.api import InvalidDefinition
from moto.stepfunctions.parser.models import StepFunctionsParserBackend


def apply() -> None:
    """Check every transition when the machine is created or updated."""
    stock = StepFunctionsParserBackend._validate_definition

    def validate(definition: str) -> None:
        try:
            stock(definition)
        except InvalidDefinition as problem:
            raise JsonRESTError("InvalidDefinition", str(problem.message)) from problem
        dangling = list(_dangling(json.loads(definition), ""))
        if dangling:
            raise JsonRESTError("InvalidDefinition", "; ".join(dangling))

    backend: Any = StepFunctionsParserBackend
    check: Callable[[str], None] = validate
    backend._validate_definition = staticmethod(check)


def _dangling(machine: dict[str, Any], path: str) -> Iterator[str]:
    states: dict[str, dict[str, Any]] = machine.get("States", {})
    for place, target in _transitions(machine, path):
        if target not in states:
            yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {target} at {place}"
    for name, state in states.items():
        for inner in _inner_machines(state):
            yield from _dangling(inner, f"{path}/States/{name}")


def _transitions(machine: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    yield f"{path}/StartAt", machine.get("StartAt", "")
    for name, state in machine.get("States", {}).items():
        for field in ("Next", "Default"):
            if field in state:
                yield f"{path}/States/{name}/{field}", state[field]
        for field in ("Catch", "Choices"):
            for number, rule in enumerate(state.get(field, [])):
                yield f"{path}/States/{name}/{field}[{number}]", rule.get("Next", "")


def _inner_machines(state: dict[str, Any]) -> list[dict[str, Any]]:
    maps = [state[field] for field in ("Iterator", "ItemProcessor") if field in state]
    return [*state.get("Branches", []), *maps]
