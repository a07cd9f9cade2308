"""Clips for the whole folder, one stack for each module, and one whose time is short."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.running import TEMPLATE, WatchedStack
from tests.media.clips import flash

# Function and state get one second each; on AWS the state's literal is the longer one.
SHORTENED = {
    "template.yaml": ("Timeout: 300", "Timeout: 1"),
    "statemachines/video_pipeline.asl.json": ('"TimeoutSeconds": 930', '"TimeoutSeconds": 1'),
}


# Twelve seconds for an encoder: a worker keeps 20 s of its time for its end.
BRIEF_ENCODER = {
    "template.yaml": ("Timeout: 900\n      MemorySize: 5307", "Timeout: 32\n      MemorySize: 5307"),
}


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wide and a squarer clip of a second, one of 8 s that takes its time to encode, and one that is none."""
    folder = tmp_path_factory.mktemp("clips")
    flash(folder / "wide.mp4", size="320x180", rate="30", seconds=1)
    flash(folder / "silent.mkv", size="240x180", rate="25", seconds=1, audio=None)
    flash(folder / "large.mp4", size="1280x720", rate="30", seconds=8)
    (folder / "text.mp4").write_text("this is not a video at all\n" * 50)
    return folder


@pytest.fixture(scope="module")
def stack() -> Iterator[WatchedStack]:
    with WatchedStack(TEMPLATE) as running:
        running.warm()
        yield running


@pytest.fixture(scope="module")
def hurried_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    """The product with the slide generator's own time, and the time of every state of the film, cut to a second."""
    yield from _changed_stack(tmp_path_factory.mktemp("hurried"), SHORTENED)


@pytest.fixture(scope="module")
def brief_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    """The product whose chunk encoder ends early."""
    yield from _changed_stack(tmp_path_factory.mktemp("brief"), BRIEF_ENCODER)


def _changed_stack(folder: Path, changes: dict[str, tuple[str, str]]) -> Iterator[WatchedStack]:
    """A stack from a copy of template and state machine in which texts are replaced."""
    for name in ("functions", "layers"):
        (folder / name).symlink_to(TEMPLATE.parent / name)
    (folder / "statemachines").mkdir()
    for name in SHORTENED:
        text = (TEMPLATE.parent / name).read_text()
        long, short = changes.get(name, ("", ""))
        assert long in text
        (folder / name).write_text(text.replace(long, short) if long else text)
    with WatchedStack(folder / "template.yaml") as running:
        running.warm()
        yield running
