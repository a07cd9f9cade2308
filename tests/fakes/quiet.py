"""What rooms need that put a world of their own behind the handlers: their conftest.py imports it."""

from collections.abc import Iterator

import pytest

from roughcut import wiring
from roughcut.telemetry import logger


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Handlers take their desk from wiring, which the world replaces; a million log lines help nobody."""
    monkeypatch.setattr(wiring, "desk", wiring.desk)
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield
    logger.setLevel(level)
