"""A slide comes out of black and goes back into it, frame by frame, however the film is cut into chunks."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from roughcut.media.chunk_command import chunk_command
from roughcut.media.chunks import Span
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.ladder import own_rung
from roughcut.media.sizes import Size
from roughcut.media.sources import Slide
from tests.media.clips import ffmpeg
from tests.media.eye import look_at, pictures
from tests.media.film import a_room

BLACK, WHITE = 16, 235


@pytest.fixture(scope="module")
def white(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("slides") / "white.png"
    ffmpeg("-f", "lavfi", "-i", "color=white:s=320x180", "-frames:v", "1", path)
    return path


def film(fade: str, frames: int = 60, rate: str = "30") -> Edit:
    slide = Slide(
        id="s", type="title", key="k", digest="0" * 64, size=Size(320, 180), seconds=Fraction(2), fade=Fraction(fade)
    )
    return Edit(Canvas(Size(320, 180), Fraction(rate)), (slide,), (Part(0, 0, frames),))


def lights(edit: Edit, span: Span, slide: Path) -> list[int]:
    """The luma of each frame as it was encoded."""
    rung = own_rung(edit.canvas)
    with a_room() as room:
        room.encoder.run(chunk_command(edit, span, [rung], [], {0: slide}), room.folder)
        return [round(float(luma(frame).mean())) for frame in pictures(room.folder / f"{rung.name}.mp4")]


def luma(frame) -> np.ndarray:
    return frame.to_ndarray()[: frame.height]


@pytest.mark.parametrize("rate", ["30", "30000/1001", "25"])
def test_a_faded_slide_is_black_at_both_ends_and_itself_in_between(white, rate):
    shown = lights(film("1/2", rate=rate), Span(0, 60), white)
    ramp = 13 if rate == "25" else 15
    assert len(shown) == 60
    assert shown[0] == shown[-1] == BLACK
    assert all(abs(light - WHITE) <= 1 for light in shown[ramp : 60 - ramp])
    for place in range(1, ramp):
        expected = BLACK + (WHITE - BLACK) * place / ramp
        assert abs(shown[place] - expected) <= 4 and abs(shown[-1 - place] - expected) <= 4, place


def test_a_slide_without_a_fade_is_itself_from_the_first_frame_to_the_last(white):
    assert set(lights(film("0"), Span(0, 60), white)) <= {WHITE - 1, WHITE, WHITE + 1}


def test_a_fade_longer_than_half_the_slide_still_reaches_the_slide(white):
    shown = lights(film("9", frames=21), Span(0, 21), white)
    assert shown[0] == shown[-1] == BLACK and abs(shown[10] - WHITE) <= 1
    assert shown[:11] == sorted(shown[:11]) and shown[10:] == sorted(shown[10:], reverse=True)


def test_chunks_fade_as_the_whole_does(white):
    edit = film("1/2", frames=60)
    whole = lights(edit, Span(0, 60), white)
    spans = [Span(0, 7), Span(7, 20), Span(27, 20), Span(47, 13)]
    parts = [light for span in spans for light in lights(edit, span, white)]
    assert max(abs(one - other) for one, other in zip(whole, parts, strict=True)) <= 2


def test_a_requested_fade_reaches_the_film_and_no_other_slide(studio):
    slide = {"type": "title", "duration": 1, "theme": "paper"}
    slides = [
        slide | {"id": "a", "content": {"title": "A"}, "fade": 0.2},
        slide | {"id": "b", "content": {"title": "B"}},
    ]
    result = studio.run({"slides": slides, "canvas": "320x180", "resolutions": ["240p"], "hls": False})
    light = look_at(studio.fetch(result["stitched"]["key"])).light
    assert len(light) == 60 and result["duration"] == 2
    assert light[0] < 5 and light[29] < 5 and light[15] > 200
    assert min(light[30:]) > 200
