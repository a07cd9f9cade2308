"""One small stack for this folder."""

import os
from collections.abc import Iterator

import pytest

from tests.embedded.small import TEMPLATE
from workbench.embedded.running import Stack

LOG: list[tuple[str, str]] = []


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    environment = {**os.environ, "GREETING": "good day", "NOT_IN_THE_TEMPLATE": "1", "ROUGHCUT_MARK": "ours"}
    with Stack(
        TEMPLATE, environment=environment, strict_iam=True, on_log=lambda name, line: LOG.append((name, line))
    ) as running:
        yield running


@pytest.fixture
def log() -> list[tuple[str, str]]:
    return LOG
