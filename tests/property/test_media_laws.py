"""Laws of the film's arithmetic, for any film."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.audio_command import run_samples
from roughcut.media.chunks import MOST_PIECES, Span, audio_runs, chunks, pieces
from roughcut.media.costs import UNSAMPLED_LENGTH
from roughcut.media.edit import Canvas, Edit
from roughcut.media.inputs import early_seek, grid_frame
from roughcut.media.ladder import TABLE, ladder
from roughcut.media.plan import Outputs, Plan, audio_key, make_plan, video_key
from roughcut.media.rates import COMMON_RATES, frame_at, gop_frames, microseconds_at, nominal
from roughcut.media.sizes import Size, fitted
from roughcut.media.sources import Clip
from roughcut.media.timescale import ticks_per_frame, ticks_per_second
from tests.unit.media.examples import an_edit

rates = st.sampled_from(COMMON_RATES)
sides = st.integers(1, 2000).map(lambda half: 2 * half)
sizes = st.builds(Size, sides, sides)
names = st.lists(st.sampled_from([rung.name for rung in TABLE]), min_size=1, unique=True)
films = st.builds(
    lambda frames, rate: an_edit(*frames, rate=str(rate)),
    st.lists(st.integers(8, 5000), min_size=1, max_size=30),
    rates,
)
TO_LADDER = Outputs(is_ladder=True, hls=True, thumbnail=True)


def assert_partition(spans, frames):
    """That spans cover so many frames, each once, in order."""
    assert [span.first for span in spans] == [0, *(span.end for span in spans[:-1])]
    assert spans[-1].end == frames and all(span.frames > 0 for span in spans)


@given(films, names)
def test_chunks_partition_the_film_on_gops(film, wanted):
    spans = chunks(film, ladder(film.canvas, wanted)[0])
    assert_partition(spans, film.frames)
    assert all(span.first % gop_frames(film.canvas.rate) == 0 for span in spans)
    assert all(span.frames / film.canvas.rate <= UNSAMPLED_LENGTH + 1 for span in spans)
    assert all(len(pieces(film, span)) <= MOST_PIECES for span in spans)


@given(films, names)
def test_pieces_show_every_frame_of_every_part_once_and_in_order(film, wanted):
    found = [piece for span in chunks(film, ladder(film.canvas, wanted)[0]) for piece in pieces(film, span)]
    assert_partition([Span(piece.at, piece.frames) for piece in found], film.frames)
    for part, start in zip(film.parts, film.starts, strict=True):
        own = [piece for piece in found if start <= piece.at < start + part.frames]
        assert sum(piece.frames for piece in own) == part.frames
        assert all(piece.source == part.source for piece in own)
        if isinstance(film.sources[part.source], Clip):
            assert all(piece.first - part.first == piece.at - start for piece in own)


@given(films)
def test_runs_of_sound_are_whole_parts_and_add_up_to_the_film_to_the_sample(film):
    runs = audio_runs(film)
    assert_partition(runs, film.frames)
    assert {run.first for run in runs} <= set(film.starts)
    assert sum(run_samples(film, run) for run in runs) == film.samples


@given(films, names, st.sets(st.integers(0, 29)))
def test_the_items_of_a_plan_show_the_film_once_whatever_is_copied(film, wanted, copied):
    parts = tuple(replace(part, is_copied=index in copied) for index, part in enumerate(film.parts))
    rungs, skipped = ladder(film.canvas, wanted)
    plan = make_plan(replace(film, parts=parts), rungs, skipped, TO_LADDER, engine="e", folder="f/")
    assert_partition([item.span for item in plan.pictures], film.frames)
    assert_partition([item.span for item in plan.sound], film.frames)
    assert Plan.from_dict(plan.as_dict()) == plan


@given(films, st.integers(0, 10**6))
def test_reading_begins_a_second_before_a_frame_or_at_the_start(film, frame):
    clip, rate = film.clips[0], film.canvas.rate
    seek = early_seek(clip, frame, rate)
    assert not seek or 0 < int(seek[-1]) <= frame / rate - 1
    assert 0 <= frame - grid_frame(frame, rate) < nominal(rate)


@given(films)
def test_an_edit_survives_its_document(film):
    assert Edit.from_dict(film.as_dict()) == film


@given(sizes, rates, names)
def test_a_ladder_never_enlarges_and_keeps_the_shape(size, rate, wanted):
    rungs, skipped = ladder(Canvas(size, rate), wanted)
    assert rungs and all(rung.width <= size.width and rung.height <= size.height for rung in rungs)
    assert all(rung.width % 2 == rung.height % 2 == 0 for rung in rungs)
    assert {skip.resolution for skip in skipped} | {rung.name for rung in rungs} >= set(wanted)
    assert [rung.width for rung in rungs] == sorted((rung.width for rung in rungs), reverse=True)


@given(sizes, sizes)
def test_a_fitted_picture_stays_in_its_box_and_touches_it(inner, box):
    found = fitted(inner, box)
    assert found.width <= box.width and found.height <= box.height
    assert found.width >= box.width - 1 or found.height >= box.height - 1


@given(films, films, st.booleans())
def test_keys_are_equal_exactly_if_the_pictures_are(one, other, same):
    rungs, _ = ladder(one.canvas, ["720p"])
    both = (one, one if same else other)
    spans = [chunks(film, rungs)[0] for film in both]
    keys = [video_key(film, span, rungs, "engine") for film, span in zip(both, spans, strict=True)]
    shown = [(film.canvas, pieces(film, span)) for film, span in zip(both, spans, strict=True)]
    assert (keys[0] == keys[1]) == (shown[0] == shown[1])


@given(films, st.data())
def test_a_key_changes_with_any_one_of_its_inputs(film, data):
    rungs, _ = ladder(film.canvas, ["720p"])
    span = chunks(film, rungs)[0]
    index = data.draw(st.integers(0, len(pieces(film, span)) - 1))
    part, source = film.parts[index], film.sources[film.parts[index].source]
    clip_only = [{"first": part.first + 1}] if isinstance(source, Clip) else []
    changed = data.draw(st.sampled_from([*clip_only, {"source": 0 if part.source else len(film.sources) - 1}]))
    other = replace(film, parts=(*film.parts[:index], replace(part, **changed), *film.parts[index + 1 :]))
    rung = replace(
        rungs[0], **data.draw(st.sampled_from([{"crf": 30}, {"preset": "medium"}, {"maxrate": 1}, {"width": 2}]))
    )
    sizes_changed = replace(film, canvas=replace(film.canvas, size=Size(2, 2)))
    keys = [
        video_key(film, span, rungs, "e"),
        video_key(film, span, rungs, "f"),
        video_key(film, span, [rung, *rungs[1:]], "e"),
        video_key(film, span, [*rungs, rung], "e"),
        video_key(sizes_changed, span, rungs, "e"),
        audio_key(film, span, "e"),
        *([video_key(other, span, rungs, "e")] if pieces(other, span) != pieces(film, span) else []),
    ]
    assert len(set(keys)) == len(keys)


@given(st.integers(0, 10**7), rates)
def test_a_frame_is_found_again_at_its_time(frame, rate):
    assert frame_at(Fraction(microseconds_at(frame, rate), 1_000_000), rate) == frame


@given(rates)
def test_every_frame_is_a_whole_number_of_ticks(rate):
    assert Fraction(ticks_per_frame(rate), ticks_per_second(rate)) == 1 / rate
