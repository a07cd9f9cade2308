from fractions import Fraction

import pytest

from roughcut.media.sizes import Size
from roughcut.media.slides import SlideSpec, named_images, page_for, slide_specs
from roughcut.media.titles import title_from_name, type_from_name


@pytest.mark.contract("payload.slides")
@pytest.mark.parametrize(
    ("name", "title", "layout"),
    [
        ("intro.png", "Intro", "title"),
        ("section1.png", "Section 1", "section"),
        ("Chapter 12", "Chapter 12", "section"),
        ("my_first-talk.v2.png", "My first talk v 2", "title"),
        ("end.png", "End", "end"),
        ("endless.png", "Endless", "title"),
        ("введение.png", "Введение", "title"),
        ("7.png", "7", "title"),
        ("___", "___", "title"),
    ],
)
def test_a_name_makes_a_title_and_a_layout(name, title, layout):
    assert (title_from_name(name), type_from_name(name)) == (title, layout)


@pytest.mark.parametrize(("layout", "seconds"), [("title", 4), ("section", 3), ("end", 5), ("image", 3)])
def test_every_layout_has_its_own_seconds_unless_told(layout, seconds):
    plain = {"id": "s", "type": layout, "content": {"title": "T"}}
    assert slide_specs([plain], set())[0].seconds == seconds
    assert slide_specs([plain | {"duration": 2.5}], set())[0].seconds == Fraction(5, 2)


def test_theme_and_fade_are_the_request_s_or_the_defaults():
    plain = {"id": "s", "type": "title", "content": {"title": "T"}}
    asked, default = slide_specs([plain | {"theme": "paper", "fade": 0.5}, plain], set())
    assert (asked.theme, asked.fade, default.theme, default.fade) == ("paper", Fraction(1, 2), "midnight", 0)


def test_an_uploaded_image_of_the_name_is_shown_instead_of_a_title():
    assert slide_specs(["intro.png"], {"intro.png"}) == [
        SlideSpec("intro", "image", {"name": "intro.png"}, Fraction(3)),
    ]


def test_names_and_image_slides_may_be_uploads_and_nothing_else():
    image = {"id": "i", "type": "image", "content": {"name": "photo.jpg"}}
    title = {"id": "t", "type": "title", "content": {"title": "T"}}
    assert named_images(["intro.png", image, title]) == {"intro.png", "photo.jpg"}


@pytest.mark.parametrize(
    ("canvas", "page"),
    [
        (None, Size(1920, 1080)),
        (Size(640, 480), Size(1440, 1080)),
        (Size(720, 1280), Size(1080, 1920)),
        (Size(9999, 10), Size(3840, 4)),
    ],
)
def test_the_page_has_the_shape_of_the_canvas(canvas, page):
    assert page_for(canvas) == page
