"""How slides look: readable for everybody, without bands in the film, and the same bytes on every machine."""

import json
import os
import subprocess
import sys
import time
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from roughcut.engine.slide_painter import paint
from roughcut.media.chunk_command import chunk_command
from roughcut.media.chunks import Span
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.ladder import own_rung
from roughcut.media.png import png_size
from roughcut.media.slides import PAGE
from roughcut.media.sources import Slide
from tests.media.eye import pictures
from tests.media.film import a_room
from tests.media.painting import HALF_PAGES, LAYOUTS, PAGES, THEMES, filled, pixels, spec

GOLDEN = Path(__file__).with_name("slides.golden.json")
CARDS = {f"{theme}-{layout}-{page}": (theme, layout, page) for theme in THEMES for layout in LAYOUTS for page in PAGES}
ALL_SCRIPTS = "Queues: 分散 مرحبا שלום नमस्ते สวัสดี 한국어 🚀"
AA = 4.5  # WCAG 2.2, 1.4.3, for text of any size


def card(name: str) -> bytes:
    theme, layout, page = CARDS[name]
    return paint(filled(layout, theme, ALL_SCRIPTS), page)


def luminance(colours: np.ndarray) -> np.ndarray:
    """WCAG 2.2, relative luminance."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lights = np.sort(np.stack([luminance(one), luminance(other)]), axis=0)
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def solid(picture: np.ndarray) -> np.ndarray:
    """Where a pixel and its eight neighbours have one colour: no edge, smoothed or not."""
    around = [np.roll(picture, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return np.all([(other == picture).all(axis=2) for other in around], axis=0)


@pytest.mark.parametrize("words", ["████", " ".join(["████"] * 24)], ids=["short", "long"])
@pytest.mark.parametrize("page", HALF_PAGES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("theme", THEMES)
def test_text_has_the_contrast_of_aa_on_every_ground_it_lies_on(theme, layout, page, words):
    """Full blocks and slivers are set alike: where they differ, one shows the colour of text, the other its ground."""
    slivers = words.replace("█", "▏")
    assert least_contrast(*(paint(filled(layout, theme, drawn), page) for drawn in (words, slivers))) >= AA


@pytest.mark.parametrize("theme", THEMES)
def test_the_number_of_a_section_can_be_read(theme):
    slides = (paint(spec("section", theme, title="T", number=number), PAGE) for number in (8, 1))
    assert least_contrast(*slides) >= AA


def least_contrast(one: bytes, other: bytes) -> float:
    """Where two slides differ."""
    text, ground = pixels(one), pixels(other)
    differ = (text != ground).any(axis=2) & solid(text) & solid(ground)
    assert differ.sum() > 100
    return contrast(text[differ], ground[differ]).min()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_grounds_keep_their_tones_in_the_film(theme, layout, tmp_path):
    """A gradient would come out in steps; the tones of a theme are flat, and stay so."""
    png = paint(filled(layout, theme, "Queues"), HALF_PAGES[0])
    drawn, shown = tiles(pixels(png)), tiles(encoded(png, tmp_path / "slide.png"))
    plain = (drawn == drawn[:, :, :1]).all(axis=(2, 3))
    off = np.abs(shown[plain] - drawn[plain]).max(axis=2)
    assert plain.mean() > 0.8
    assert (off > 4).mean() < 0.02


def encoded(png: bytes, path: Path) -> np.ndarray:
    """The slide as a frame of a film at the settings of the ladder."""
    path.write_bytes(png)
    slide = Slide(id="s", type="title", key="k", digest="0" * 64, size=png_size(png), seconds=Fraction(1))
    edit = Edit(Canvas(slide.size, Fraction(30)), (slide,), (Part(0, 0, 12),))
    rung = own_rung(edit.canvas)
    with a_room() as room:
        room.encoder.run(chunk_command(edit, Span(0, 12), [rung], [], {0: path}), room.folder)
        return list(pictures(room.folder / f"{rung.name}.mp4"))[-1].to_ndarray(format="rgb24")


def tiles(picture: np.ndarray) -> np.ndarray:
    """Row and column of a tile of 8 x 8 pixels, pixel in the tile, colour."""
    down, across = picture.shape[0] // 8, picture.shape[1] // 8
    tiled = picture[: 8 * down, : 8 * across].reshape(down, 8, across, 8, 3).swapaxes(1, 2)
    return tiled.reshape(down, across, 64, 3).astype(int)


@pytest.mark.parametrize("name", CARDS)
def test_slides_are_the_bytes_they_always_were(name):
    """Anything else than a new look, or new fonts, must not change them: chunks would be encoded anew."""
    assert sha256(card(name)).hexdigest() == json.loads(GOLDEN.read_text())[name]


def test_nothing_of_the_machine_shows_in_a_slide(tmp_path):
    """Another folder, locale, time zone and home."""
    name = next(iter(CARDS))
    program = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        f"from tests.media.test_slide_looks import card, sha256\n"
        f"print(sha256(card({name!r})).hexdigest())"
    )
    libraries = os.environ.get("LD_LIBRARY_PATH", "")
    environment = {"LANG": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "HOME": str(tmp_path), "LD_LIBRARY_PATH": libraries}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == json.loads(GOLDEN.read_text())[name]


def test_a_further_slide_takes_less_than_150_ms_of_processor():
    def spent(name):
        before = time.process_time()
        card(name)
        return time.process_time() - before

    assert median(spent(name) for name in list(CARDS)[:9]) < 0.15
