"""`roughcut edit`: a decided film in words."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.sizes import Size
from tests.unit.media.examples import a_clip, a_slide
from workbench.cli import exit_code
from workbench.edit_words import clock

EDIT = Edit(
    Canvas(Size(1280, 720), Fraction(30_000, 1001)),
    (a_slide(), a_clip("one.mp4"), a_clip("two.mov", seconds=3700, rate="25", size="1920x1080", has_audio=False)),
    (Part(0, 0, 120), Part(1, 0, 300, is_copied=True), Part(2, 60, 30)),
    ("Clip 'two.mov' ends at 3700.000 s, before the end asked for (4000 s).",),
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "edit.json"
    path.write_text(json.dumps(EDIT.as_dict()))
    return path


def test_canvas_parts_and_warnings_are_said(file, capsys):
    assert exit_code(["edit", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1280x720 at 29.97 fps, 0:15.015 in 450 frames, 3 parts",
        "   0:00.000  4.004 s of the title slide intro",
        "   0:04.004  10.010 s of one.mp4, copied (1280x720 at 30 fps)",
        "   0:14.014  1.001 s of two.mov from 0:02.002, conformed from 1920x1080 at 25 fps, without sound",
        "warning: Clip 'two.mov' ends at 3700.000 s, before the end asked for (4000 s).",
    ]


def test_as_json_it_is_the_document(file, capsys):
    assert exit_code(["edit", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == EDIT.as_dict()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "the Edit {} cannot be read: No such file or directory."),
        ("film", "the Edit {} is not JSON: "),
        ("[]", "the Edit {} must hold a JSON object."),
        ("{}", "{} is no Edit: "),
        (json.dumps(replace(EDIT, parts=(Part(3, 0, 1),)).as_dict()), "{} is no Edit: a part shows source 3, of 3."),
    ],
)
def test_what_is_no_edit_is_one_sentence(tmp_path, capsys, content, sentence):
    path = tmp_path / "film.json"
    if content is not None:
        path.write_text(content)
    assert exit_code(["edit", str(path)]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("roughcut: " + sentence.format(path)) and complaint.count("\n") == 1


@pytest.mark.parametrize(("time", "said"), [(0, "0:00.000"), (59.9996, "1:00.000"), (3723.4, "1:02:03.400")])
def test_a_time_is_said_as_on_a_clock(time, said):
    assert clock(Fraction(str(time))) == said
