"""Uploaded images: whatever a person uploads is shown right, or refused by slide, name and reason."""

import struct
import zlib

import numpy as np
import pytest

from roughcut.engine.slide_painter import paint
from roughcut.jobs.errors import PlanTooLarge, SlideFailed, SourceMissing
from roughcut.media.slides import PAGE
from tests.media.clips import ffmpeg
from tests.media.eye import pictures
from tests.media.film import SESSION
from tests.media.painting import pixels, spec

RED, BLUE, BLACK = (254, 0, 0), (0, 0, 254), (0, 0, 0)
HALVES = "color=red:s=64x32:d=0.04,drawbox=0:0:32:32:c=blue:t=fill"  # blue at the left
ON_ITS_SIDE = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)  # EXIF: turn it clockwise


def upload(studio, path, source, *options):
    ffmpeg("-f", "lavfi", "-i", source, "-frames:v", "1", *options, path)
    studio.upload(path, kind="slides")


def shown(studio, name):
    """The still that the film gets."""
    job = studio.job({"slides": [{"id": "p", "type": "image", "content": {"name": name}}]})
    (slide,) = studio.read(studio.slides(job)["slides_key"])["slides"]
    picture = pixels(studio.media.objects[slide["key"]])
    assert (slide["height"], slide["width"]) == picture.shape[:2]
    return picture


def is_near(colour, wanted):
    return np.abs(np.array(colour, int) - wanted).max() <= 4


@pytest.mark.contract("keys.slides", "payload.slides")
def test_a_named_slide_shows_the_image_if_there_is_one_else_its_title(studio, tmp_path):
    upload(studio, tmp_path / "intro.png", "color=red:s=320x240")
    job = studio.job({"slides": ["intro.png", "section1.png"]}, "generate_slides")
    answer = studio.slides(job)
    first, second = studio.read(answer["slides_key"])["slides"]
    assert (first["type"], first["seconds"], first["width"]) == ("image", "3", 320)
    assert (second["id"], second["type"], second["width"]) == ("section1", "section", 1920)
    assert studio.media.objects[second["key"]] == paint(spec("section", title="Section 1"), PAGE)


@pytest.mark.parametrize(
    ("name", "filters", "options"),
    [
        ("photo.png", "format=rgb24", ()),
        ("predicted.png", "format=rgb24", ("-pred", "mixed")),
        ("deep.png", "format=rgb48be", ()),
        ("palette.png", "split[a][b];[a]palettegen[p];[b][p]paletteuse", ()),
        ("photo.jpg", "null", ("-q:v", "1")),
        ("photo.webp", "format=rgb24", ("-lossless", "1")),
        ("lossy.webp", "format=yuv420p", ("-quality", "95")),
    ],
)
def test_every_kind_of_image_keeps_its_size_and_colours(studio, tmp_path, name, filters, options):
    upload(studio, tmp_path / name, f"{HALVES},{filters}", *options)
    picture = shown(studio, name)
    assert picture.shape == (32, 64, 3)
    assert is_near(picture[16, 8], BLUE) and is_near(picture[16, 56], RED)


@pytest.mark.parametrize(("alpha", "red"), [("0.0", 0), ("0.5", 127), ("1.0", 254)])
def test_transparency_lies_over_black(studio, tmp_path, alpha, red):
    upload(studio, tmp_path / "logo.png", f"color=red@{alpha}:s=31x21,format=rgba")
    assert is_near(shown(studio, "logo.png")[10, 15], (red, 0, 0))


@pytest.mark.parametrize("name", ["phone.jpg", "phone.png"])
def test_a_photograph_taken_on_its_side_stands_upright(studio, tmp_path, name):
    path = tmp_path / name
    upload(studio, path, HALVES, "-q:v", "2")
    key = f"sessions/{SESSION}/slides/{name}"
    studio.media.objects[key] = turned(path.read_bytes())
    picture = shown(studio, name)
    assert picture.shape == (64, 32, 3)
    assert is_near(picture[8, 16], BLUE) and is_near(picture[56, 16], RED)


def turned(image: bytes) -> bytes:
    """With the EXIF data of a camera that was held on its side."""
    if image.startswith(b"\xff\xd8"):
        segment = b"Exif\0\0" + ON_ITS_SIDE
        return image[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + image[2:]
    chunk = b"eXIf" + ON_ITS_SIDE
    return image[:33] + struct.pack(">I", len(ON_ITS_SIDE)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + image[33:]


@pytest.mark.parametrize(
    ("size", "became"),
    [
        ("1x1", (1, 1)),
        ("20000x1", (1, 3840)),
        ("1x20000", (3840, 1)),
        ("20000x3200", (614, 3840)),
        ("3841x2", (2, 3840)),
    ],
)
def test_stills_of_1_and_of_20000_pixels_a_side_are_shown(studio, tmp_path, size, became):
    upload(studio, tmp_path / "odd.png", f"color=red:s={size}")
    picture = shown(studio, "odd.png")
    assert picture.shape[:2] == became
    assert is_near(picture[became[0] // 2, became[1] // 2], RED)


@pytest.mark.parametrize("size", ["1x1", "600x2", "2x600"])
def test_a_still_of_any_shape_is_fitted_into_the_film_with_black_around_it(studio, tmp_path, size):
    upload(studio, tmp_path / "odd.png", f"color=red:s={size}")
    slides = [{"id": "p", "type": "image", "content": {"name": "odd.png"}, "duration": 0.2}]
    result = studio.run({"slides": slides, "canvas": "320x180", "resolutions": ["240p"], "hls": False})
    (frame, *_) = pictures(studio.fetch(result["stitched"]["key"]))
    frame = frame.to_ndarray(format="rgb24")
    assert frame.shape == (180, 320, 3)
    assert is_near(frame[89, 159], RED)
    assert is_near(frame[2, 2], BLACK)


def test_an_image_slide_without_its_image_names_it(studio):
    job = studio.job({"slides": [{"id": "p", "type": "image", "content": {"name": "gone.png"}}]})
    with pytest.raises(SourceMissing) as missing:
        studio.slides(job)
    assert missing.value.clip == "gone.png" and "'p'" in missing.value.problem


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(90), b"#EXTM3U", b"\xff\xd8\xff"])
def test_an_image_that_is_none_is_refused_by_slide_and_name(studio, body):
    studio.media.objects[f"sessions/{SESSION}/slides/photo.png"] = body
    with pytest.raises(SlideFailed, match=r"Slide 'photo': 'photo\.png' ") as refused:
        studio.slides(studio.job({"slides": ["photo.png"]}))
    assert refused.value.clip == "photo.png"


def header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0) + bytes(900)


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (20_001, 1), (9000, 9000)])
def test_a_picture_bomb_is_refused_by_its_header(studio, width, height):
    studio.media.objects[f"sessions/{SESSION}/slides/bomb.png"] = header(width, height)
    sentence = (
        rf"^Slide 'bomb': 'bomb\.png' is {width:,} x {height:,} pixels: "
        r"a still may have 20,000 a side and 64 million in all\."
    )
    with pytest.raises(SlideFailed, match=sentence):
        studio.slides(studio.job({"slides": ["bomb.png"]}))


def test_an_image_that_the_disk_cannot_hold_is_refused_before_it_is_fetched(studio, monkeypatch):
    studio.media.objects[f"sessions/{SESSION}/slides/huge.png"] = header(10, 10)
    usage = type("Usage", (), {"free": 100})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(PlanTooLarge, match=r"Slide 'huge' with the image 'huge\.png' needs"):
        studio.slides(studio.job({"slides": ["huge.png"]}))
