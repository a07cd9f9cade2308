"""Who notes: moto's state is the process's, so what watches it asks here whether anything is kept, and for what."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.embedded.bodies import Bodies
from workbench.embedded.keeping.journal import Journal


@dataclass(frozen=True, slots=True)
class Recorder:
    """`tables`, `queues`, `buckets`: logical ids by name; `machines`: by ARN. What is not in them is not kept."""

    journal: Journal
    bodies: Bodies
    tables: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    buckets: Mapping[str, str] = field(default_factory=dict)
    machines: Mapping[str, str] = field(default_factory=dict)


_recorders: list[Recorder] = []


def start(recorder: Recorder) -> None:
    """From now on changes are noted by `recorder`."""
    _recorders[:] = [recorder]


def stop() -> None:
    """Nothing is noted any more."""
    _recorders.clear()


def current() -> Recorder | None:
    """None if nothing is kept."""
    return _recorders[0] if _recorders else None


def dumped(value: Any) -> bytes:
    """As JSON, in which bytes are {"bytes": hexadecimal}."""
    return json.dumps(value, default=_hexadecimal, separators=(",", ":")).encode()


def loaded(text: bytes) -> Any:
    """The reverse of `dumped`."""
    return json.loads(text, object_pairs_hook=_value)


def _hexadecimal(value: Any) -> Any:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} is not kept")
    return {"bytes": value.hex()}


def _value(pairs: list[tuple[str, Any]]) -> Any:
    """Names are few, and each would be kept as often as it occurs."""
    match pairs:
        case [("bytes", str(digits))]:
            return bytes.fromhex(digits)
    return {sys.intern(name): value for name, value in pairs}
