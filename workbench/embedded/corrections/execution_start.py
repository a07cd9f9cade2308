"""StartExecution without a name calls every execution `None`, so the second is refused; any name is taken; and the look
for a name and the start are two steps, so that one name can start twice (32 starts of 30 names).

Upstream: none found.
"""

import uuid
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from workbench.embedded.corrections.replacing import replace, serialise


def apply() -> None:
    """Name the unnamed, refuse bad names, start one at a time."""
    replace(StepFunctionsParserBackend, "start_execution", _build)
    serialise(StepFunctionsParserBackend, ("start_execution",))


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def start(backend: Any, machine: str, name: str | None = None, *args: Any, **named: Any) -> Any:
        if name:
            backend._validate_name(name)
        return stock(backend, machine, name or str(uuid.uuid4()), *args, **named)

    return start
