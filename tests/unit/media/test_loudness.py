import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.loudness import blocks_of, gain_for, integrated, shortfall

blocks = st.dictionaries(st.integers(min_value=-699, max_value=0), st.integers(min_value=1, max_value=500), max_size=8)


def measures(*loudness: float) -> str:
    return "".join(f"frame:{i} pts:{i}\nlavfi.r128.M={value}\n" for i, value in enumerate(loudness))


def test_blocks_are_counted_by_their_loudness_and_silence_is_left_out():
    assert blocks_of(measures(-120.691, -70, -23.04, -23.01, -16.5, float("-inf"))) == {-230: 2, -165: 1}


@given(st.lists(blocks, min_size=1, max_size=5))
def test_a_film_is_as_loud_however_its_sound_was_cut_into_runs(runs):
    whole: dict[int, int] = {}
    for run in runs:
        for tenths, count in run.items():
            whole[tenths] = whole.get(tenths, 0) + count
    assert integrated(runs) == integrated([whole])


def test_even_sound_is_as_loud_as_each_of_its_blocks():
    assert integrated([{-230: 100}, {-230: 5}]) == pytest.approx(-23)


def test_the_mean_is_of_power():
    """Half of it 6 dB louder: 10 log10((1 + 10^0.6) / 2) = 3.97 dB above the quiet half."""
    assert integrated([{-200: 10, -140: 10}]) == pytest.approx(-20 + 10 * math.log10((1 + 10**0.6) / 2))


def test_what_is_more_than_10_lu_below_the_rest_does_not_count():
    assert integrated([{-200: 10, -350: 1000}]) == pytest.approx(-33.9, abs=0.1)  # the gate is below both
    assert integrated([{-200: 100, -350: 100}]) == pytest.approx(-20)


def test_silence_has_no_loudness_no_gain_and_a_sentence():
    assert integrated([{}, {}]) is None
    assert gain_for(None) == 0
    assert shortfall(None) == "The film is silent: there is no loudness to normalize."


@pytest.mark.parametrize(("loudness", "gain"), [(-23.0, 7.0), (-9.5, -6.5), (-16.0, 0.0)])
def test_the_gain_leads_to_the_target(loudness, gain):
    assert gain_for(loudness) == pytest.approx(gain)


@pytest.mark.parametrize("loudness", [-17.0, -16.2, -15.0])
def test_within_a_unit_of_the_target_there_is_nothing_to_say(loudness):
    assert shortfall(loudness) is None


def test_a_film_off_its_target_says_by_how_much_and_why():
    assert shortfall(-19.24) == (
        "The film's loudness is -19.2 LUFS instead of -16: its peaks are limited to -1.5 dBTP, and what is below them "
        "is too quiet."
    )
