from dataclasses import replace
from itertools import pairwise

import pytest

from roughcut.jobs.errors import PlanTooLarge
from roughcut.media.chunks import MOST_PIECES, Piece, Span, audio_runs, chunks, pieces
from roughcut.media.ladder import own_rung
from roughcut.media.plan import Outputs, Plan, audio_key, make_plan, video_key
from tests.unit.media.examples import an_edit

OUTPUTS = Outputs(is_ladder=True, hls=True, thumbnail=True)


def test_a_short_film_is_one_chunk():
    assert chunks(an_edit(120, 249, 90), 720) == [Span(0, 459)]


def test_a_long_film_is_cut_every_60_s_on_a_gop():
    assert chunks(an_edit(4000), 1080) == [Span(0, 1800), Span(1800, 1800), Span(3600, 400)]


@pytest.mark.parametrize(("rate", "height"), [("60", 1080), ("30", 2160)])
def test_dense_films_are_cut_every_30_s(rate, height):
    assert chunks(an_edit(4000, rate=rate), height)[0].frames == 30 * int(rate)


def test_a_chunk_opens_no_more_sources_than_one_process_may():
    film = an_edit(*[30] * 100)
    assert max(len(pieces(film, span)) for span in chunks(film, 720)) <= MOST_PIECES


def test_a_film_of_splinters_is_refused_with_the_figure():
    with pytest.raises(PlanTooLarge, match="180 clips and slides share the 6 s of film after 0 s: 24 is the most"):
        chunks(an_edit(*[1] * 180), 720)


def test_a_film_of_a_day_is_refused_with_the_figure():
    with pytest.raises(PlanTooLarge, match=r"24\.0 h long: 12 h is the most"):
        chunks(an_edit(24 * 3600 * 30), 720)


def test_a_piece_continues_where_the_chunk_before_stopped():
    film = an_edit(100, 100, 100)
    assert pieces(film, Span(50, 200)) == [Piece(0, 55, 50, 50), Piece(1, 0, 100, 100), Piece(2, 5, 50, 200)]


def test_sound_is_never_cut_within_a_part():
    film = an_edit(*[40_000] * 5)
    runs = audio_runs(film)
    assert {run.first for run in runs} <= set(film.starts)
    assert all(before.end == after.first for before, after in pairwise(runs))


def test_a_plan_survives_its_document():
    film = an_edit(120, 249)
    plan = make_plan(film, [own_rung(film.canvas)], [], OUTPUTS, engine="e", folder="chunks/s/")
    assert Plan.from_dict(plan.as_dict()) == plan
    assert [item.kind for item in plan.items] == ["video", "audio"]
    assert plan.items[0].key.startswith("chunks/s/")


def test_a_key_changes_with_whatever_changes_the_pictures():
    film, span = an_edit(120, 249), Span(0, 369)
    rung = own_rung(film.canvas)
    clip = film.sources[0]
    others = [
        video_key(film, span, [rung], "other engine"),
        video_key(film, Span(0, 360), [rung], "e"),
        video_key(film, span, [replace(rung, crf=20)], "e"),
        video_key(replace(film, sources=(replace(clip, etag="new"), film.sources[1])), span, [rung], "e"),
        video_key(replace(film, parts=(replace(film.parts[0], first=6), film.parts[1])), span, [rung], "e"),
        audio_key(film, span, "e"),
    ]
    assert len({video_key(film, span, [rung], "e"), *others}) == 7


def test_a_key_does_not_change_with_names_and_places():
    film, span = an_edit(120, 249), Span(0, 369)
    renamed = replace(film.sources[0], name="z.mp4", key="elsewhere")
    other = replace(film, sources=(renamed, replace(film.sources[1], id="z", key="there")))
    rungs = [own_rung(film.canvas)]
    assert video_key(film, span, rungs, "e") == video_key(other, span, rungs, "e")


def test_rungs_of_one_audio_rate_have_one_leader():
    film = an_edit(300, size="854x480")
    rungs = [
        replace(own_rung(film.canvas), name=name, audio=audio) for name, audio in (("a", 96), ("b", 96), ("c", 64))
    ]
    plan = make_plan(film, rungs, [], OUTPUTS, engine="e", folder="")
    assert [plan.is_audio_leader(rung) for rung in rungs] == [True, False, True]
