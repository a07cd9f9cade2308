"""How an invocation ends."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """`payload`: JSON; `error`: None, or "Unhandled", and then the payload is {errorType, errorMessage, ...}.

    `log`: what the function printed meanwhile, its last lines. `alive`: whether the worker can take another.
    """

    payload: bytes
    error: str | None = None
    log: str = ""
    alive: bool = True

    @property
    def value(self) -> Any:
        """The payload, decoded."""
        return json.loads(self.payload)


class Throttled(Exception):
    """The function already runs as often as its reserved concurrency lets it."""


class UnknownFunction(Exception):
    """No function of that name is in the template."""


class Closed(Exception):
    """The stack is being closed."""
