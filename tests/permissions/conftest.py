"""One recorded stack for the folder, everything run on it once."""

from collections.abc import Iterator

import pytest

from tests.machines.running import TEMPLATE
from tests.media.clips import flash
from tests.permissions.recorded import RecordedStack
from tests.permissions.runs import run_everything


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedStack]:
    folder = tmp_path_factory.mktemp("recorded")
    flash(folder / "wide.mp4", size="320x180", rate="30", seconds=1)
    flash(folder / "large.mp4", size="1280x720", rate="30", seconds=8)
    with RecordedStack(TEMPLATE, folder / "calls") as running:
        running.warm()
        run_everything(running, folder)
        yield running
