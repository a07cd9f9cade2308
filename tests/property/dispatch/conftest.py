"""What every program of dispatch needs."""

import pytest

from roughcut import wiring
from roughcut.telemetry import logger


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """The handlers take their desk from wiring, which the world replaces; a million log lines help nobody."""
    monkeypatch.setattr(wiring, "desk", wiring.desk)
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield
    logger.setLevel(level)
