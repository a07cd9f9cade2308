"""How a correction puts its code in the place of moto's."""

import functools
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any


def replace(owner: Any, name: str, build: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """`owner.name` becomes `build(moto's own)`, which may call moto's own or forget it."""
    stock = getattr(owner, name)
    setattr(owner, name, functools.wraps(stock)(build(stock)))


def serialise(owner: Any, names: Iterable[str]) -> None:
    """The named methods of the class `owner` run one at a time, over all its instances; they may call each other."""
    lock = RLock()

    def locked(stock: Callable[..., Any]) -> Callable[..., Any]:
        def method(*args: Any, **named: Any) -> Any:
            with lock:
                return stock(*args, **named)

        return method

    for name in names:
        replace(owner, name, locked)
