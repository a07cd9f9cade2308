"""hls.js in Chromium, a player that shares no code with FFmpeg, plays our HLS to the end and seeks frame-exactly."""

import pytest

from tests.browser.theatre import watch
from tests.media.clips import AAC, flash, numbered
from tests.media.film import Studio

pytestmark = pytest.mark.program("chromium")

FRAMES = (2, 100, 179, 180, 181, 299)  # of the film: around the border of its segments, at its start and end


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Two numbered clips, one after the other with a clip that beeps, at two rungs: 16 s in three segments."""
    folder = tmp_path_factory.mktemp("film")
    studio = Studio(folder)
    clips = [numbered(folder / "counted.mp4", frames=400), flash(folder / "beep.mp4", seconds=3, audio=AAC)]
    result = studio.run({"videos": studio.upload(*clips), "canvas": "640x360", "resolutions": ["360p", "240p"]})
    return studio.fetch_all(result["hls"]["key"].removesuffix("hls/master.m3u8"))


@pytest.fixture(scope="module")
def seen(film, tmp_path_factory):
    times = ",".join(f"{(frame + 0.5) / 30:.4f}" for frame in FRAMES)
    return watch(film, f"/player.html?at={times}", tmp_path_factory.mktemp("profile"), seconds=90)


def test_every_level_plays_to_its_end_without_an_error_or_a_gap(seen):
    assert seen["errors"] == []
    assert [(level["width"], level["height"]) for level in seen["levels"]] == [(426, 240), (640, 360)]
    assert [level["gaps"] for level in seen["levels"]] == [0, 0]
    assert all(level["duration"] == pytest.approx((400 + 90) / 30, abs=0.03) for level in seen["levels"])


def test_the_sound_is_decoded_with_every_level(seen):
    assert all(level["heard"] > 10_000 for level in seen["levels"])


def test_a_seek_shows_the_very_frame(seen):
    assert [level["frames"] for level in seen["levels"]] == [list(FRAMES)] * 2
