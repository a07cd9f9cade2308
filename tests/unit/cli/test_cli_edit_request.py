"""`roughcut run --edit`: the request whose film is that Edit again."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roughcut.contracts import check
from roughcut.jobs.request import parse_submit
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.rates import COMMON_RATES, frame_at
from roughcut.media.sizes import Size
from roughcut.media.slides import slide_specs
from roughcut.media.sources import Clip, Slide
from roughcut.media.timeline import Cut, decide, steps
from tests.unit.media.examples import a_clip, a_slide
from workbench.edit_request import edit_payload, edit_sources
from workbench.problem import Problem
from workbench.sources import Source

CLIPS = (a_clip("one.mp4", seconds=30), a_clip("two.mov", seconds=7, rate="25", size="1920x1080"))
SLIDES = (a_slide("intro"), a_slide("section 1"))
SOURCES = (*CLIPS, *SLIDES)
FILES = [
    Source(Path("one.mp4"), "videos", "one.mp4"),
    Source(Path("two.mov"), "videos", "two.mov"),
    Source(Path("slides/intro.png"), "slides", "intro.png"),
    Source(Path("slides/section 1.png"), "slides", "section 1.png"),
]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Any cut of the two clips and two slides, each part of a length that a request can ask for."""
    rate = draw(st.sampled_from(COMMON_RATES))
    parts = draw(st.lists(st.integers(0, 3).flatmap(lambda source: parts_of(source, rate)), min_size=1, max_size=8))
    return Edit(Canvas(Size(1280, 720), rate), SOURCES, tuple(parts))


def parts_of(index: int, rate: Fraction) -> st.SearchStrategy[Part]:
    source = SOURCES[index]
    if isinstance(source, Slide):
        return st.integers(frame_at(Fraction(1, 10), rate) + 1, 1000).map(lambda frames: Part(index, 0, frames))
    total = frame_at(source.duration, rate)
    return st.integers(0, total - 1).flatmap(
        lambda first: st.integers(1, total - first).map(lambda frames: Part(index, first, frames))
    )


def film_of(payload: dict[str, object]) -> Edit:
    """What the stages make of a payload."""
    request = check({"operation": "submit", "session_id": "abc", "payload": payload}, "submit")
    asked = parse_submit(request).payload
    drawn = [
        a_slide(spec.id, seconds=spec.seconds)
        for spec in slide_specs(asked.get("slides", []), {"intro.png", "section 1.png"})
    ]
    order = steps(drawn, [Cut.asked(video) for video in asked.get("videos", [])], asked["timeline"])
    return decide(order, {clip.name: clip for clip in CLIPS}, size=asked["canvas"], rate=asked["fps"])


def shown(edit: Edit) -> list[tuple[str, int, int]]:
    """(clip's name or "slide", first frame, frames)"""
    names = [source.name if isinstance(source, Clip) else "slide" for source in edit.sources]
    return [(names[part.source], part.first, part.frames) for part in edit.parts]


@given(edits())
def test_the_request_of_an_edit_makes_the_same_film(edit: Edit) -> None:
    again = film_of(edit_payload(edit, FILES))

    assert (again.canvas, shown(again), again.warnings) == (edit.canvas, shown(edit), ())


def test_a_slide_that_is_shown_twice_for_different_times_is_two_slides() -> None:
    edit = Edit(Canvas(Size(1280, 720), Fraction(30)), SOURCES, (Part(2, 0, 30), Part(2, 0, 60), Part(2, 0, 30)))

    payload = edit_payload(edit, FILES)

    assert [(slide["id"], slide["duration"]) for slide in payload["slides"]] == [("slide-1", 1.0), ("slide-2", 2.0)]
    assert [step["slide"] for step in payload["timeline"]] == ["slide-1", "slide-2", "slide-1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A job's folder, and the clips in another one."""
    (tmp_path / "slides").mkdir()
    (tmp_path / "clips").mkdir()
    for name in ("slides/intro.png", "slides/section 1.png", "clips/one.mp4", "two.mov"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


EDIT = Edit(Canvas(Size(1280, 720), Fraction(30)), SOURCES, (Part(0, 0, 30),))


def test_files_are_those_of_the_command_line_or_beside_the_edit(folder: Path) -> None:
    found = edit_sources(EDIT, folder, [folder / "clips" / "one.mp4"])

    assert [source.key("s") for source in found] == [source.key("s") for source in FILES]
    assert [source.path.relative_to(folder).as_posix() for source in found] == [
        "clips/one.mp4",
        "two.mov",
        "slides/intro.png",
        "slides/section 1.png",
    ]


@pytest.mark.parametrize(
    ("gone", "clips", "said"),
    [
        ("two.mov", ["clips/one.mp4"], r"The Edit's clip two\.mov is neither a CLIP of the command line nor at"),
        ("slides/intro.png", ["clips/one.mp4"], r"The Edit's slide is not at .*intro\.png"),
        ("clips/x", ["clips/one.mp4", "other.mp4"], r"other\.mp4 is no clip of the Edit; its clips are: one\.mp4, two"),
    ],
)
def test_a_file_that_is_missing_or_strange_is_named(folder: Path, gone: str, clips: list[str], said: str) -> None:
    (folder / gone).unlink(missing_ok=True)

    with pytest.raises(Problem, match=said):
        edit_sources(EDIT, folder, [folder / clip for clip in clips])
