"""Waiting for what happens in another thread or process, without a guess at how long it takes."""

import threading
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE_SECONDS, LOOK_SECONDS = 15.0, 0.02


def until(look: Callable[[], Found], patience: float = PATIENCE_SECONDS, every: float = LOOK_SECONDS) -> Found:
    """The first truthy answer of `look`, which is asked `every` so often, for `patience`; both in seconds."""
    pause = threading.Event()
    for _ in range(int(patience / every)):
        found = look()
        if found:
            return found
        pause.wait(every)
    raise AssertionError(f"{look} did not come true within {patience} s")
