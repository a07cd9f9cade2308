"""Whole films of clips that have nothing in common."""

from fractions import Fraction
from pathlib import Path

import pytest

from tests.media.clips import ffmpeg, flash
from tests.media.eye import complaints, look_at, pictures, streams_of
from tests.media.film import Studio

FRAME = 1 / 30
AAC_FRAME = 1024 / 48_000

TITLE = {"id": "intro", "type": "title", "content": {"title": "Flashes and beeps"}, "duration": 0.5}
END = {"id": "end", "type": "end", "content": {"title": "Done"}, "duration": 0.5}


@pytest.fixture
def mixed(studio: Studio, clips: Path) -> list[str]:
    """Three clips that differ in size, rate, codec, container and sound; one has none."""
    return studio.upload(
        flash(clips / "one.mp4", size="640x360", seconds=3),
        flash(clips / "two.avi", size="320x240", rate="25", video=("-c:v", "mpeg4", "-q:v", "3"), audio=None),
        flash(clips / "three.mkv", rate="30000/1001", audio=("-c:a", "libmp3lame", "-ar", "44100", "-ac", "1")),
    )


def test_a_film_of_three_different_clips_is_exact_on_every_rung(studio, mixed):
    result = studio.run({"videos": mixed, "slides": [TITLE, END], "resolutions": ["360p", "240p"]})
    assert [r["resolution"] for r in result["renditions"]] == ["360p", "240p"]
    for rendition in result["renditions"]:
        film = studio.fetch(rendition["key"])
        seen = look_at(film)
        assert len(seen.times) == 15 + 90 + 60 + 60 + 15
        assert seen.times == [Fraction(index, 30) for index in range(240)]
        lengths = streams_of(film)
        assert abs(lengths["video"] - lengths["audio"]) <= AAC_FRAME
        assert complaints(film) == ""


def test_sound_is_with_its_picture_after_every_join(studio, mixed):
    result = studio.run({"videos": mixed, "slides": [TITLE, END], "resolutions": ["240p"]})
    seen = look_at(studio.fetch(result["stitched"]["key"]))
    # Title to 0.5 s; the clips from 0.5, 3.5 and 5.5 s: the silent one has flashes and no beeps.
    assert seen.flashes == pytest.approx([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], abs=FRAME)
    assert seen.beeps == pytest.approx([1.0, 2.0, 3.0, 6.0, 7.0], abs=FRAME)


@pytest.mark.contract("payload.videos")
def test_a_cut_shows_the_seconds_asked_for(studio, plain):
    (name,) = studio.upload(plain)
    payload = {"videos": [{"name": name, "start": 0.5, "end": 1.2}], "hls": False}
    result = studio.run(payload, "stitch_video")
    seen = look_at(studio.fetch(result["stitched"]["key"]))
    assert len(seen.times) == 21
    assert seen.light[0] > 200 and seen.light[3] < 150
    assert seen.beeps[0] == pytest.approx(0, abs=0.01)


def test_a_turned_phone_clip_stands_upright_in_an_upright_film(studio, plain, clips):
    turned = clips / "turned.mp4"
    ffmpeg("-display_rotation", "90", "-i", plain, "-c", "copy", turned)
    result = studio.run({"videos": studio.upload(turned), "hls": False})
    assert (result["width"], result["height"]) == (180, 320)
    frame = next(pictures(studio.fetch(result["stitched"]["key"])))
    assert (frame.width, frame.height) == (180, 320)


def test_wide_pixels_are_made_square(studio, clips):
    wide = flash(clips / "wide.mp4", size="240x180", filters="setsar=4/3")
    result = studio.run({"videos": studio.upload(wide), "hls": False}, "stitch_video")
    assert (result["width"], result["height"]) == (320, 180)
