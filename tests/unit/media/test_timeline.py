from fractions import Fraction

import pytest

from roughcut.jobs.errors import SourceUnreadable
from roughcut.media.edit import Edit, Part
from roughcut.media.timeline import Cut, decide, steps
from tests.unit.media.examples import a_clip, a_slide, an_edit

ONE, TWO, END = a_slide("one"), a_slide("two"), a_slide("end", "end", 5)
A, B, C = Cut("a"), Cut("b"), Cut("c")


@pytest.mark.contract("payload.timeline")
@pytest.mark.parametrize(
    ("slides", "cuts", "order"),
    [
        ([ONE, TWO], [A, B], [ONE, A, TWO, B]),
        ([ONE], [A, B, C], [ONE, A, B, C]),
        ([ONE, TWO], [A], [ONE, A, TWO]),
        ([END, ONE], [A, B], [ONE, A, B, END]),
        ([], [A], [A]),
        ([ONE, END], [], [ONE, END]),
    ],
)
def test_slides_and_clips_take_turns_and_end_slides_come_last(slides, cuts, order):
    assert steps(slides, cuts, None) == order


@pytest.mark.contract("payload.timeline")
def test_a_given_timeline_is_followed_and_may_leave_out_or_repeat():
    given = [{"video": "a"}, {"slide": "two"}, {"video": "a"}]
    assert steps([ONE, TWO], [A, B], given) == [A, TWO, A]


def test_a_clip_named_twice_takes_its_cuts_in_turn():
    first, second = Cut("a", Fraction(1), Fraction(2)), Cut("a", Fraction(5), Fraction(6))
    assert steps([], [first, second], [{"video": "a"}] * 3) == [first, second, second]


def test_an_edit_counts_everything_in_canvas_frames():
    clip = a_clip("a", seconds=10, rate="25")
    edit = decide([ONE, Cut("a", Fraction(2), Fraction(5))], {"a": clip}, size=None, rate=30)
    assert edit.parts == (Part(0, 0, 120), Part(1, 60, 90))
    assert edit.starts == (0, 120) and edit.frames == 210 and edit.duration == 7 and edit.samples == 336_000


def test_a_source_used_twice_is_one_source():
    clip = a_clip("a")
    edit = decide([A, ONE, A], {"a": clip}, size=None, rate=None)
    assert edit.sources == (clip, ONE) and [part.source for part in edit.parts] == [0, 1, 0]


def test_an_end_past_the_clip_is_its_end_and_a_warning():
    edit = decide([Cut("a", Fraction(0), Fraction(99))], {"a": a_clip("a", seconds=3)}, size=None, rate=None)
    assert edit.frames == 90
    assert edit.warnings == ("Clip 'a' ends at 3.000 s, before the end asked for (99 s).",)


def test_a_start_past_the_clip_is_refused_by_name_and_figure():
    with pytest.raises(SourceUnreadable, match=r"Clip 'a' is 3\.000 s long: start is 3") as refused:
        decide([Cut("a", Fraction(3))], {"a": a_clip("a", seconds=3)}, size=None, rate=None)
    assert refused.value.clip == "a"


@pytest.mark.contract("payload.videos")
def test_cuts_are_read_from_both_forms_without_rounding():
    assert Cut.asked("a.mp4") == Cut("a.mp4")
    assert Cut.asked({"name": "a.mp4", "start": 0.1, "end": 0.3}) == Cut("a.mp4", Fraction(1, 10), Fraction(3, 10))


def test_an_edit_survives_its_document():
    edit = an_edit(30, 90, 45, rate="30000/1001")
    assert Edit.from_dict(edit.as_dict()) == edit
