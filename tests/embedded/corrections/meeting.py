"""Two threads brought to the same line of moto at once: a race that happens every time, not one time in a thousand."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

# With a lock around it the second never comes, and the first goes on alone after so long.
ALONE_AFTER_SECONDS = 0.3


def meet_before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """The first two calls of `owner.name` wait for each other before they do their work."""
    stock, door = getattr(owner, name), threading.Barrier(2)

    def method(*args: Any, **named: Any) -> Any:
        _wait_at(door)
        return stock(*args, **named)

    monkeypatch.setattr(owner, name, method)


def meet_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """The first two calls of `owner.name` wait for each other when they have done their work."""
    stock, door = getattr(owner, name), threading.Barrier(2)

    def method(*args: Any, **named: Any) -> Any:
        found = stock(*args, **named)
        _wait_at(door)
        return found

    monkeypatch.setattr(owner, name, method)


def _wait_at(door: threading.Barrier) -> None:
    try:
        door.wait(ALONE_AFTER_SECONDS)
    except threading.BrokenBarrierError:
        door.abort()


def both(work: Callable[[], Any]) -> list[Any]:
    """What `work` returned, or raised, in two threads."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as problem:
            results.append(problem)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
