"""Slides as pictures: what does not fit is refused, what fits is drawn, and the same everywhere."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from roughcut.engine.slide_painter import paint
from roughcut.jobs.errors import SlideFailed, SourceMissing
from roughcut.media.png import png_size
from roughcut.media.sizes import Size
from roughcut.media.slides import PAGE, SlideSpec
from tests.media.clips import ffmpeg
from tests.media.film import SESSION

NO_GLYPH = "\U000f0000"  # a private character that no font has
SCRIPTS = {
    "latin": "Größe, façade, żółw",
    "cyrillic": "Очереди и машины",
    "greek": "Ουρές και μηχανές",
    "japanese": "分散システムの設計",
    "chinese": "队列与背压",
    "korean": "한국어 자막",
    "arabic": "مرحبا بالعالم",
    "hebrew": "שלום עולם",
    "hindi": "नमस्ते दुनिया",
    "thai": "สวัสดีชาวโลก",
    "emoji": "🚀 ✅",
}


def spec(layout="title", theme="midnight", **content):
    return SlideSpec("s1", layout, content, Fraction(3), theme)


def picture(png: bytes) -> np.ndarray:
    """Grey, height x width."""
    with av.open(io.BytesIO(png)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray").astype(int)


def ink(png: bytes, ground: bytes) -> np.ndarray:
    """Where two slides differ."""
    return np.abs(picture(png) - picture(ground)) > 24


@pytest.mark.parametrize("layout", ["title", "section", "end"])
@pytest.mark.parametrize("page", [PAGE, Size(1080, 1920), Size(1440, 1080)], ids=str)
def test_every_layout_fills_a_page_of_any_shape_and_keeps_its_margins(layout, page):
    title = "Queues, back-pressure and why retries make outages worse"
    png = paint(spec(layout, title=title), page)
    drawn = ink(png, paint(spec(layout, title=""), page))
    rows, columns = np.nonzero(drawn)
    assert png_size(png) == page
    assert min(columns) > 100 and max(columns) < page.width - 100
    assert min(rows) > 60 and max(rows) < page.height - 60


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_its_glyphs(script):
    """A missing glyph would look like the box of any other missing glyph."""
    boxes = " ".join(NO_GLYPH * len(word) for word in SCRIPTS[script].split(" "))
    drawn, boxed, empty = (paint(spec(title=text), PAGE) for text in (SCRIPTS[script], boxes, ""))
    assert ink(drawn, empty).sum() > 2000
    assert drawn != boxed


def test_right_to_left_text_stands_at_the_right():
    columns = np.nonzero(ink(paint(spec(title=SCRIPTS["hebrew"]), PAGE), paint(spec(title=""), PAGE)))[1]
    assert np.median(columns) > PAGE.width / 2


def test_text_is_never_markup():
    plain = paint(spec(title="a # b"), PAGE)
    assert paint(spec(title="#panic() $x$ *b* _i_ @ref <label> \\ `c` = h"), PAGE) != plain
    assert paint(spec(title='#read("midnight.typ")'), PAGE) != plain


def test_longer_text_is_set_smaller():
    short, long = (paint(spec(title="word " * count), PAGE) for count in (4, 40))
    assert capital_height(short) > capital_height(long)


def capital_height(png):
    """Rows of the first line of text."""
    rows = ink(png, paint(spec(title=""), PAGE)).any(axis=1)
    first = int(np.argmax(rows))
    return int(np.argmin(rows[first:]))


@pytest.mark.parametrize("text", ["word " * 1000, "x" * 5000, "語" * 5000], ids=["words", "one word", "japanese"])
def test_5000_characters_are_refused_by_slide_and_length(text):
    with pytest.raises(SlideFailed, match=r"^Slide 's1': its text does not fit \(title has 5,000 characters\)"):
        paint(spec(title=text), PAGE)


def test_a_long_word_is_broken_rather_than_cut_off():
    address = "https://example.org/" + "a" * 80
    drawn = ink(paint(spec("end", title="Thanks", url=address), PAGE), paint(spec("end", title="Thanks"), PAGE))
    assert np.nonzero(drawn)[1].max() < PAGE.width - 100


def test_a_slide_is_the_same_bytes_every_time():
    asked = spec("section", title="Same", number=3, description="Every time")
    assert paint(asked, PAGE) == paint(asked, PAGE)


def test_a_named_slide_shows_the_image_if_there_is_one_else_its_title(studio, tmp_path):
    image = tmp_path / "intro.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x240", "-frames:v", "1", image)
    studio.upload(image, kind="slides")
    job = studio.job({"slides": ["intro.png", "section1.png"]}, "generate_slides")
    answer = studio.slides(job)
    first, second = studio.read(answer["slides_key"])["slides"]
    assert (first["type"], first["seconds"], first["width"]) == ("image", "3", 320)
    assert (second["id"], second["type"], second["width"]) == ("section1", "section", 1920)
    assert studio.media.objects[second["key"]] == paint(spec("section", title="Section 1"), PAGE)


def test_a_job_of_slides_alone_has_its_result(studio):
    job = studio.job({"slides": ["intro.png"]}, "generate_slides")
    result = studio.read(studio.slides(job)["result_key"])
    assert result["slides"] == [{"id": "intro", "key": f"{job.prefix}slides/intro.png"}]
    assert result["renditions"] == result["skipped"] == []


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.webp"])
def test_uploaded_images_become_opaque_pngs_of_even_use(studio, tmp_path, name):
    image = tmp_path / name
    lossless = ("-lossless", "1") if name.endswith("webp") else ()
    source = "color=white@0.0:s=301x201,format=rgba" if name != "photo.jpg" else "color=black:s=301x201"
    ffmpeg("-f", "lavfi", "-i", source, "-frames:v", "1", *lossless, image)
    studio.upload(image, kind="slides")
    job = studio.job({"slides": [{"id": "p", "type": "image", "content": {"name": name}}]})
    (slide,) = studio.read(studio.slides(job)["slides_key"])["slides"]
    assert (slide["width"], slide["height"]) == (301, 201)
    assert picture(studio.media.objects[slide["key"]]).max() < 10  # what is transparent is black


def test_an_image_slide_without_its_image_names_it(studio):
    job = studio.job({"slides": [{"id": "p", "type": "image", "content": {"name": "gone.png"}}]})
    with pytest.raises(SourceMissing) as missing:
        studio.slides(job)
    assert missing.value.clip == "gone.png" and "'p'" in missing.value.problem


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(90), b"#EXTM3U"])
def test_an_image_that_is_none_is_refused_by_slide_and_name(studio, body):
    studio.media.objects[f"sessions/{SESSION}/slides/photo.png"] = body
    with pytest.raises(SlideFailed, match=r"Slide 'photo': 'photo\.png' ") as refused:
        studio.slides(studio.job({"slides": ["photo.png"]}))
    assert refused.value.clip == "photo.png"


def test_a_picture_bomb_is_refused_before_it_is_unpacked(studio, tmp_path):
    bomb = tmp_path / "bomb.png"
    ffmpeg("-f", "lavfi", "-i", "color=black:s=9000x9000", "-frames:v", "1", bomb)
    studio.upload(bomb, kind="slides")
    with pytest.raises(SlideFailed, match=r"'bomb\.png' cannot be read"):
        studio.slides(studio.job({"slides": ["bomb.png"]}))


def test_slides_take_the_shape_of_the_canvas_asked_for(studio):
    job = studio.job({"slides": ["intro.png"], "canvas": "720x1280"})
    (slide,) = studio.read(studio.slides(job)["slides_key"])["slides"]
    assert (slide["width"], slide["height"]) == (1080, 1920)
