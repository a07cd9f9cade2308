"""moto lists its own folder twice, looks for the methods of a class, and draws 52 letters one by one, for each request:
a third of what a small one costs.

Upstream: none found.
"""

import functools
import string
from collections.abc import Callable, Iterable
from typing import Any

import moto.backends
import moto.core.responses
from moto.moto_api._internal.moto_random import MotoRandom

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """List and look once, draw at once."""
    replace(moto.backends, "list_of_moto_modules", _listing_once)
    replace(moto.core.responses, "method_names_from_class", functools.cache)
    replace(MotoRandom, "get_random_string", _drawing_at_once)


def _listing_once(stock: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    return functools.cache(lambda: frozenset(stock()))


def _drawing_at_once(_stock: Callable[..., str]) -> Callable[..., str]:
    def draw(random: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
        pool = string.ascii_letters + (string.digits if include_digits else "")
        drawn = "".join(random.choices(pool, k=length))
        return drawn.lower() if lower_case else drawn

    return draw
