"""Laws of the film's arithmetic, for any film."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.audio_command import run_samples
from roughcut.media.chunks import audio_runs, chunks, pieces
from roughcut.media.edit import Canvas, Edit
from roughcut.media.ladder import TABLE, ladder
from roughcut.media.plan import video_key
from roughcut.media.rates import COMMON_RATES, frame_at, gop_frames, microseconds_at
from roughcut.media.sizes import Size, fitted
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


@given(films)
def test_chunks_partition_the_film_on_gops(film):
    spans = chunks(film, 1080)
    assert [span.first for span in spans] == [0, *(span.end for span in spans[:-1])]
    assert spans[-1].end == film.frames
    assert all(span.first % gop_frames(film.canvas.rate) == 0 for span in spans)


@given(films)
def test_pieces_partition_every_chunk_and_every_part(film):
    found = [piece for span in chunks(film, 720) for piece in pieces(film, span)]
    assert [piece.at for piece in found] == [0, *(piece.at + piece.frames for piece in found[:-1])]
    assert sum(piece.frames for piece in found) == film.frames


@given(films)
def test_runs_of_sound_add_up_to_the_film_to_the_sample(film):
    assert sum(run_samples(film, run) for run in audio_runs(film)) == film.samples


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
    spans = [chunks(film, 720)[0] for film in both]
    keys = [video_key(film, span, rungs, "engine") for film, span in zip(both, spans, strict=True)]
    shown = [(film.canvas, pieces(film, span)) for film, span in zip(both, spans, strict=True)]
    assert (keys[0] == keys[1]) == (shown[0] == shown[1])


@given(st.integers(0, 10**7), rates)
def test_a_frame_is_found_again_at_its_time(frame, rate):
    assert frame_at(Fraction(microseconds_at(frame, rate), 1_000_000), rate) == frame


@given(rates)
def test_every_frame_is_a_whole_number_of_ticks(rate):
    assert Fraction(ticks_per_frame(rate), ticks_per_second(rate)) == 1 / rate
