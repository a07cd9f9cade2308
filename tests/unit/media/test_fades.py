from fractions import Fraction

import pytest

from roughcut.media.chunks import Span, pieces
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.fades import Fade, fade_filters, fade_of
from roughcut.media.ladder import own_rung
from roughcut.media.plan import video_key
from roughcut.media.sizes import Size
from roughcut.media.sources import Slide, source_from_dict

RATE = Fraction(30)
HALF = Fraction(1, 2)


def a_slide(fade=HALF):
    size = Size(1920, 1080)
    return Slide(id="s", type="title", key="k", digest="0" * 64, size=size, seconds=Fraction(10), fade=fade)


def a_film(fade=HALF, frames=300):
    return Edit(Canvas(Size(1920, 1080), RATE), (a_slide(fade),), (Part(0, 0, frames),))


@pytest.mark.parametrize(
    ("seconds", "first", "frames", "shown", "fade"),
    [
        (HALF, 0, 90, 90, Fade(15, 0, 90)),
        (HALF, 0, 1, 90, Fade(15, 0, 90)),
        (HALF, 15, 60, 90, None),
        (HALF, 14, 60, 90, Fade(15, 14, 90)),
        (HALF, 15, 61, 90, Fade(15, 15, 90)),
        (Fraction(0), 0, 90, 90, None),
        (Fraction(60), 0, 90, 90, Fade(44, 0, 90)),
        (HALF, 0, 2, 2, None),
        (HALF, 0, 3, 3, Fade(1, 0, 3)),
    ],
)
def test_a_piece_fades_where_a_ramp_of_its_slide_reaches_it(seconds, first, frames, shown, fade):
    assert fade_of(seconds, RATE, first=first, frames=frames, shown=shown) == fade


def test_a_fade_counts_from_the_beginning_of_the_slide():
    filters = fade_filters(Fade(15, 40, 90), RATE)
    assert filters == "setpts=N+40,fade=t=in:st=0:d=0.500000,fade=t=out:st=2.466667:d=0.500000,setpts=N"


def test_only_pieces_that_are_dimmed_know_of_a_fade():
    film = a_film()
    assert [pieces(film, Span(first, 100))[0].fade for first in (0, 100, 200)] == [
        Fade(15, 0, 300),
        None,
        Fade(15, 200, 300),
    ]


def test_a_fade_changes_the_key_of_the_chunks_that_show_it_and_no_other():
    rungs = [own_rung(a_film().canvas)]
    keys = {
        fade: [video_key(a_film(fade), Span(first, 100), rungs, "engine") for first in (0, 100, 200)]
        for fade in (Fraction(0), HALF, Fraction(1))
    }
    same = [len({keys[fade][index] for fade in keys}) for index in range(3)]
    assert same == [3, 1, 3]


def test_a_fading_slide_survives_its_document():
    assert source_from_dict(a_slide().as_dict()) == a_slide()
