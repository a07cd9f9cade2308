"""Slides as pictures: what does not fit is refused, what fits is drawn, in every theme and script."""

import re
from pathlib import Path

import numpy as np
import pytest

from roughcut import stage_wiring, wiring
from roughcut.engine.slide_painter import paint
from roughcut.jobs.errors import SlideFailed
from roughcut.media.png import png_size
from roughcut.media.sizes import Size
from roughcut.media.slides import PAGE
from roughcut.settings import Settings
from tests.media.fonts import characters
from tests.media.painting import FIELDS, HALF_PAGES, LAYOUTS, PAGES, THEMES, filled, ink, spec
from tests.rules.tree import ROOT

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
    "bengali": "ওহে বিশ্ব",
    "tamil": "வணக்கம் உலகம்",
    "thai": "สวัสดีชาวโลก",
    "georgian": "გამარჯობა მსოფლიო",
    "armenian": "Բարեւ աշխարհ",
    "ethiopic": "ሰላም ልዑል",
    "signs": "→ ≤ ½ € № © « »",
    "emoji": "🚀 ✅ 😀 🎉 🐙 ❤ ⚡ ☕ 1⃣ 🇨🇭 👍🏽",
}
FIVE_HUNDRED = ("Queues absorb bursts, but every queue hides a promise: somebody will finish the work. " * 6)[:500]


@pytest.mark.parametrize("page", HALF_PAGES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("theme", THEMES)
def test_a_long_title_keeps_the_margins_of_a_page_of_any_shape(theme, layout, page):
    title = "Queues, back-pressure and why retries make outages worse"
    png, bare = (paint(spec(layout, theme, title=text), page) for text in (title, ""))
    rows, columns = np.nonzero(ink(png, bare))
    margin = page.short_side * 0.07
    assert png_size(png) == page
    assert min(columns) > margin and max(columns) < page.width - margin
    assert min(rows) > margin and max(rows) < page.height - margin


@pytest.mark.parametrize("page", HALF_PAGES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("theme", THEMES)
def test_the_longest_text_may_have_500_characters_on_any_page(theme, layout, page):
    longest = FIELDS[layout][1] if layout == "section" else "title"
    png = paint(spec(layout, theme, **{"title": "All about it", longest: FIVE_HUNDRED}), page)
    rows = ink(png, paint(spec(layout, theme, title="All about it"), page)).any(axis=1)
    assert rows.sum() > page.height * 0.15


@pytest.mark.parametrize("page", HALF_PAGES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("theme", THEMES)
def test_fields_that_are_all_long_stay_within_the_page_together(theme, layout, page):
    """Full blocks and slivers are set alike, so only text differs."""
    blocks = " ".join(["████"] * 24)
    text = ink(*(paint(filled(layout, theme, words), page) for words in (blocks, blocks.replace("█", "▏"))))
    rows, columns = np.nonzero(text)
    margin = page.short_side * 0.05
    assert min(columns) > margin and max(columns) < page.width - margin
    assert min(rows) > margin and max(rows) < page.height - margin


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_character_of_any_script_is_a_box(script):
    joiners = {" ", "\u200d", "\ufe0f"}
    assert set(SCRIPTS[script]) - joiners <= characters()


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_drawn_with_its_glyphs(script):
    """A missing glyph would look like the box of any other missing glyph."""
    boxes = " ".join(NO_GLYPH * len(word) for word in SCRIPTS[script].split(" "))
    drawn, boxed, empty = (paint(spec(title=text), HALF_PAGES[0]) for text in (SCRIPTS[script], boxes, ""))
    assert ink(drawn, empty).sum() > 500
    assert drawn != boxed


def test_people_and_things_of_unicode_14_have_their_emoji():
    emoji = [
        chr(code)
        for first, last in ((0x1F600, 0x1F64F), (0x1F1E6, 0x1F1FF), (0x1F400, 0x1F43F))
        for code in range(first, last + 1)
    ]
    assert len(emoji) == 170 and set(emoji) <= characters()


def test_han_characters_have_the_shapes_of_the_language_around_them():
    """直 has other strokes in Japanese than in Chinese: the kana of another field tell."""
    chinese, japanese = (paint(spec(title="直", subtitle=text), HALF_PAGES[0]) for text in ("直", "ひ"))
    title = slice(0, HALF_PAGES[0].height // 2)
    assert ink(chinese, japanese)[title].sum() > 50


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("script", ["hebrew", "arabic"])
def test_right_to_left_text_stands_at_the_right(theme, script):
    title, bare = (paint(spec("title", theme, title=text), HALF_PAGES[0]) for text in (SCRIPTS[script], " "))
    left_to_right = paint(spec("title", theme, title="Shalom"), HALF_PAGES[0])
    assert right_of(title, bare) > HALF_PAGES[0].width / 2 > right_of(left_to_right, bare)


def right_of(picture: bytes, bare: bytes) -> float:
    """The middle column of the upper lines of text."""
    return float(np.median(np.nonzero(ink(picture, bare))[1]))


def test_text_is_never_markup():
    plain = paint(spec(title="a # b"), PAGE)
    assert paint(spec(title="#panic() $x$ *b* _i_ @ref <label> \\ `c` = h"), PAGE) != plain
    assert paint(spec(title='#read("midnight.typ")'), PAGE) != plain


@pytest.mark.parametrize("theme", THEMES)
def test_longer_text_is_set_smaller(theme):
    short, long = (paint(spec("title", theme, title="word " * count), HALF_PAGES[0]) for count in (4, 40))
    bare = paint(spec("title", theme, title=" "), HALF_PAGES[0])
    assert first_line(short, bare) > first_line(long, bare)


def first_line(png: bytes, bare: bytes) -> int:
    """Rows of the first line of text."""
    rows = ink(png, bare).any(axis=1)
    first = int(np.argmax(rows))
    return int(np.argmin(rows[first:]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", ["word " * 1000, "x" * 5000, "語" * 5000], ids=["words", "one word", "japanese"])
def test_5000_characters_are_refused_by_slide_and_length(theme, text):
    with pytest.raises(SlideFailed, match=r"^Slide 's1': its text does not fit \(title has 5,000 characters\)"):
        paint(spec("title", theme, title=text), PAGE)


@pytest.mark.parametrize("theme", ["midnight", "paper"])
@pytest.mark.parametrize("tail", ["a" * 80, "2024/12/31/" * 9], ids=["word", "path"])
def test_a_long_address_is_broken_rather_than_cut_off(theme, tail):
    page = HALF_PAGES[0]
    long, short = (
        paint(spec("end", theme, title="Thanks", url=f"https://example.org/{end}"), page) for end in (tail, "")
    )
    assert np.nonzero(ink(long, short))[1].max() < page.width * 0.95


def test_a_slide_is_the_same_bytes_every_time():
    asked = spec("section", title="Same", number=3, description="Every time")
    assert paint(asked, PAGE) == paint(asked, PAGE)


# --------------------------------------------------------------------------------------------- themes of one's own


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with the theme that docs/slides.md shows."""
    (example,) = re.findall(r"```typ\n(.*?)```", (ROOT / "docs/slides.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "acme.typ").write_text(example, "utf-8")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_theme_of_the_documentation_draws_every_layout(own, layout, page):
    png = paint(filled(layout, "acme", "Words"), page, own)
    assert png_size(png) == page
    assert ink(png, paint(spec(layout, "acme", title=" "), page, own)).sum() > 2000


def test_the_slide_generator_knows_the_folder_that_the_environment_names(own, monkeypatch):
    monkeypatch.setattr(wiring, "settings", lambda: Settings.from_env({"ROUGHCUT_THEMES": str(own)}))
    slide = spec("title", "acme", title="T")
    assert stage_wiring.painter()(slide, PAGE) == paint(slide, PAGE, own)


def test_an_own_theme_takes_the_place_of_a_packaged_one_of_its_name(own):
    (own / "paper.typ").write_text((own / "acme.typ").read_text("utf-8"), "utf-8")
    slide = spec("title", "paper", title="T")
    assert paint(slide, PAGE, own) == paint(spec("title", "acme", title="T"), PAGE, own) != paint(slide, PAGE)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("papr", r"there is no theme 'papr': did you mean paper\?"),
        ("zzz", r"there is no theme 'zzz': known here: acme, midnight, paper, signal\."),
    ],
)
def test_an_unknown_theme_is_refused_with_the_nearest_names(own, name, hint):
    with pytest.raises(SlideFailed, match=rf"^Slide 's1': {hint}"):
        paint(spec("title", name, title="T"), PAGE, own)


@pytest.mark.parametrize(
    ("theme", "why"),
    [
        ("#let x = y", "cannot be drawn by theme 'broken': unknown variable: y"),
        ('#read("/../../secret")', "cannot be drawn by theme 'broken': .* would escape"),
        ('#import "@preview/cetz:0.3.0": *', "cannot be drawn by theme 'broken': .*package"),
        ("One\n#pagebreak()\ntwo", "theme 'broken' does not draw one page of 1920x1080"),
        ("= A4", "theme 'broken' does not draw one page of 1920x1080"),
    ],
)
def test_a_theme_that_fails_is_named(tmp_path, theme, why):
    (tmp_path / "broken.typ").write_text(theme)
    with pytest.raises(SlideFailed, match=rf"^Slide 's1'.* ?{why}"):
        paint(spec("title", "broken", title="T"), PAGE, tmp_path)


def test_slides_take_the_shape_of_the_canvas_asked_for(studio):
    job = studio.job({"slides": ["intro.png"], "canvas": "720x1280"})
    (slide,) = studio.read(studio.slides(job)["slides_key"])["slides"]
    assert Size(slide["width"], slide["height"]) == Size(1080, 1920)


def test_a_job_of_slides_alone_has_its_result(studio):
    job = studio.job({"slides": ["intro.png"]}, "generate_slides")
    result = studio.read(studio.slides(job)["result_key"])
    assert result["slides"] == [{"id": "intro", "key": f"{job.prefix}slides/intro.png"}]
    assert result["renditions"] == result["skipped"] == []
