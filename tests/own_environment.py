"""The environments of tools that ours does not hold, as `.ci/own-environment` makes them."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from tests.rules.tree import ROOT


def own_environment(tool: str) -> Path:
    """The folder of the environment of .ci/`tool`.txt, installed if it is not yet; xdist's workers take turns.

    Skips the test if it cannot be installed.
    """
    place = os.open(ROOT / ".ci", os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)
    try:
        made = subprocess.run([ROOT / ".ci/own-environment", tool], capture_output=True, text=True)
    finally:
        os.close(place)
    if made.returncode:
        pytest.skip(f"{tool} could not be installed: {made.stderr.strip()[-300:]}")
    return ROOT / f".venv-{tool}"
