"""A studio for each test, and clips that are made once."""

from pathlib import Path

import pytest

from tests.media.clips import flash, numbered
from tests.media.film import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the clips that several tests use."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def plain(clips: Path) -> Path:
    return flash(clips / "plain.mp4")


@pytest.fixture(scope="session")
def counted(clips: Path) -> Path:
    """150 numbered frames at 30 per second, key frames 250 apart."""
    return numbered(clips / "counted.mp4")
