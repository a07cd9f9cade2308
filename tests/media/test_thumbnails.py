"""The thumbnail: a good picture of a clip where there is one, and some picture in any case."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.clips import H264, ffmpeg, numbered
from tests.media.eye import numbers, pictures
from tests.media.film import Studio

TITLE = {"id": "intro", "type": "title", "content": {"title": "Not me"}, "duration": 2}
BLACK = "drawbox=c=black:t=fill:enable="
BLURRED = "gblur=sigma=12:enable="


def thumbnail(studio: Studio, job_type: str = "full_pipeline", **payload) -> Path:
    result = studio.run({"hls": False, "resolutions": ["240p"], **payload}, job_type)
    return studio.fetch(result["thumbnail"]["key"])


def gray(picture: Path) -> np.ndarray:
    return next(pictures(picture)).to_ndarray(format="gray").astype(float)


@pytest.mark.parametrize("good", [(0, 2), (2, 4), (4, 6)])
@pytest.mark.parametrize("job_type", ["full_pipeline", "stitch_video"])
def test_the_one_stretch_that_is_neither_black_nor_blurred_is_shown(studio, clips, good, job_type):
    """The clip is black in one third and blurred in another; encoded, or copied with a key frame every half second."""
    black, blurred = (third for third in ((0, 2), (2, 4), (4, 6)) if third != good)
    spoils = [f"{spoil}'between(t,{a},{b - 0.01})'" for spoil, (a, b) in ((BLACK, black), (BLURRED, blurred))]
    path = clips / f"third-{good[0]}.mp4"
    path = path if path.exists() else numbered(path, "-vf", ",".join(spoils), "-g", "12", rate="24", frames=144)
    slides = [TITLE] if job_type == "full_pipeline" else []
    found = numbers(thumbnail(studio, job_type, videos=studio.upload(path), slides=slides))
    assert good[0] * 24 <= found[0] < good[1] * 24
    made = {json.loads(body)["kind"] for key, body in studio.media.objects.items() if key.endswith("done.json")}
    assert made == ({"copy", "audio"} if job_type == "stitch_video" else {"video", "audio"})


def test_a_film_of_slides_alone_shows_its_slide(studio):
    payload = {"slides": [TITLE], "hls": False, "resolutions": ["240p"]}
    result = studio.run(payload)
    slide = studio.fetch(result["slides"][0]["key"])
    small = slide.with_name("small.png")
    ffmpeg("-i", slide, "-vf", "scale=640:360", small)
    assert abs(gray(studio.fetch(result["thumbnail"]["key"])) - gray(small)).mean() < 4


@pytest.mark.parametrize("colour", ["black", "white", "gray"])
def test_a_clip_without_a_good_picture_still_gives_one(studio, clips, colour):
    path = clips / f"{colour}.mp4"
    ffmpeg("-f", "lavfi", "-i", f"color={colour}:s=320x180:r=30:d=1.5", *H264, path)
    assert gray(thumbnail(studio, videos=studio.upload(path))).shape == (360, 640)


@pytest.mark.parametrize("frames", [1, 2, 20])
def test_a_clip_of_less_than_a_second_gives_one(studio, clips, frames):
    path = numbered(clips / f"short-{frames}.mp4", rate="24", frames=frames)
    assert numbers(thumbnail(studio, videos=studio.upload(path)))[0] < frames


@pytest.mark.parametrize(
    ("canvas", "shape"), [("180x320", (1138, 640)), ("16x1600", (1280, 12)), ("1600x16", (6, 640))]
)
def test_a_thumbnail_of_an_odd_film_is_no_larger_than_a_screen(studio, plain, canvas, shape):
    videos = [{"name": studio.upload(plain)[0], "end": 0.2}]
    found = thumbnail(studio, videos=videos, canvas=canvas)
    with av.open(str(found)) as container:
        assert (container.streams.video[0].height, container.streams.video[0].width) == shape


def test_a_film_without_a_thumbnail_may_be_asked_for_one_later(studio, plain):
    """Its chunks are found again, and have what it takes."""
    videos = studio.upload(plain)
    without = studio.run({"videos": videos, "hls": False, "resolutions": ["240p"], "thumbnail": False})
    assert "thumbnail" not in without and not [key for key in studio.media.objects if key.endswith("/thumbnail.jpg")]
    assert thumbnail(studio, videos=videos).stat().st_size > 1000
