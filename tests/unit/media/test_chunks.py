from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from roughcut.jobs.errors import PlanTooLarge
from roughcut.media.chunks import MOST_PIECES, Piece, Span, audio_runs, chunks, pieces
from roughcut.media.costs import ENCODER, MOST_FETCHED, memory_mib
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.ladder import ladder, own_rung
from roughcut.media.plan import Outputs, Plan, audio_key, make_plan, video_key
from roughcut.media.sizes import Size
from tests.unit.media.examples import a_clip, an_edit

OUTPUTS = Outputs(is_ladder=True, hls=True, thumbnail=True)


HD = {"size": "1920x1080"}


def cut(film):
    return chunks(film, ladder(film.canvas, ["1080p", "720p", "480p"])[0])


def one_clip(seconds=600, *, canvas="1920x1080", rate="30", **facts):
    size = Size(*map(int, canvas.split("x")))
    clip = a_clip(seconds=seconds, size=canvas, rate=rate, **facts)
    return Edit(Canvas(size, Fraction(rate)), (clip,), (Part(0, 0, seconds * int(rate)),))


def test_a_short_film_is_one_chunk():
    assert cut(an_edit(120, 249, 90)) == [Span(0, 459)]


def test_a_long_film_is_cut_every_60_s_on_a_gop():
    assert cut(an_edit(4000, **HD)) == [Span(0, 1800), Span(1800, 1800), Span(3600, 400)]


@pytest.mark.parametrize(("rate", "size"), [("60", "1920x1080"), ("30", "3840x2160")])
def test_dense_films_are_cut_every_30_s(rate, size):
    """A ladder at 60 fps, and 2160p alone."""
    film = one_clip(canvas=size, rate=rate)
    wanted = ["2160p"] if rate == "30" else ["1080p", "720p", "480p"]
    assert chunks(film, ladder(film.canvas, wanted)[0])[0].frames == 30 * int(rate)


@pytest.mark.parametrize(("density", "seconds"), [(8, 120), (150, 60), (400, 30), (None, 60)])
def test_a_sampled_clip_is_cut_by_what_its_samples_weigh(density, seconds):
    assert cut(one_clip(density=density))[0].frames == 30 * seconds


def test_a_chunk_of_several_sources_is_as_long_as_all_of_them_allow():
    light, heavy = a_clip("light.mp4", density=8), a_clip("heavy.mp4", density=400)
    film = Edit(Canvas(Size(1920, 1080), Fraction(30)), (light, heavy), (Part(0, 0, 1800), Part(1, 0, 1800)))
    # 60 of 120 s leave half a chunk: 15 of 30 s, of which two GOPs fit.
    assert cut(film)[0].frames == 1800 + 2 * 180


def test_a_chunk_opens_no_more_sources_than_one_process_may():
    film = an_edit(*[30] * 100)
    assert max(len(pieces(film, span)) for span in cut(film)) <= MOST_PIECES


def test_a_chunk_of_many_large_clips_has_as_many_as_fit_a_workers_memory():
    film = an_edit(*[30] * 100, size="1920x1080")
    film = replace(film, sources=tuple(a_clip(f"{i}.mp4", size="7680x4320") for i in range(100)))
    rungs, _ = ladder(film.canvas, ["1080p"])
    found = [[film.sources[piece.source] for piece in pieces(film, span)] for span in chunks(film, rungs)]
    assert max(memory_mib(shown, rungs) for shown in found) <= ENCODER.memory_mib
    assert max(map(len, found)) < MOST_PIECES


@pytest.mark.parametrize("divide", [lambda film: cut(film), audio_runs], ids=["pictures", "sound"])
def test_work_of_large_files_fetches_no_more_than_half_a_disk(divide):
    film = an_edit(*[180] * 20)
    film = replace(film, sources=tuple(a_clip(f"{i}.mp4", size_bytes=MOST_FETCHED // 3) for i in range(20)))
    spans = divide(film)
    assert max(len(pieces(film, span)) for span in spans) == 3


def test_clips_that_share_a_gop_and_fit_no_disk_are_refused_with_figure_and_limit():
    film = an_edit(*[60] * 3)
    film = replace(film, sources=tuple(a_clip(f"{i}.mp4", size_bytes=MOST_FETCHED // 2) for i in range(3)))
    with pytest.raises(
        PlanTooLarge, match="take 7680 MiB on disk: sources may have 5120, half of chunk-encoder's Ephem"
    ):
        cut(film)


def test_a_film_of_splinters_is_refused_with_the_figure():
    with pytest.raises(PlanTooLarge, match="180 clips and slides in the 6 s of film after 0 s: 24 is the most"):
        cut(an_edit(*[1] * 180))


def test_a_film_of_a_day_is_refused_with_the_figure_and_its_longest_clip():
    film = an_edit(8 * 3600 * 30, 60, 16 * 3600 * 30)
    with pytest.raises(
        PlanTooLarge, match=r"24\.0 h long: 12 h is the most\. Clip '2\.mp4' is 16\.0 h of it"
    ) as refused:
        cut(replace(film, sources=tuple(a_clip(f"{i}.mp4") for i in range(3))))
    assert refused.value.clip == "2.mp4"


def test_a_clip_that_alone_is_too_much_for_a_worker_is_named():
    film = one_clip(size_bytes=MOST_FETCHED + 1)
    with pytest.raises(PlanTooLarge, match=f"Clip '{film.clips[0].name}', 1 times in the 6 s") as refused:
        cut(film)
    assert refused.value.clip == film.clips[0].name


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
