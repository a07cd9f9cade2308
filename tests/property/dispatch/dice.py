"""Choices out of bytes. Whoever gives the bytes decides: Hypothesis, which shrinks them, or a plain generator."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

BYTES = 10  # of one step


class Dice:
    """One byte a throw; after the last, every throw is the first choice."""

    def __init__(self, thrown: bytes) -> None:
        self._left = iter(thrown)

    def below(self, count: int) -> int:
        return next(self._left, 0) % count

    def of(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]
