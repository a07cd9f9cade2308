import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.rates import COMMON_RATES, gop_frames
from roughcut.media.storyboard import COLUMNS, MOST_TILES, ROWS, storyboard_of, vtt
from tests.unit.media.examples import an_edit

HOUR = 3600


@pytest.mark.parametrize(
    ("seconds", "interval", "sheets"),
    [
        (0.1, 1, 1),
        (25, 1, 1),
        (26, 1, 2),
        (150, 1, 6),
        (151, 2, 4),
        (600, 6, 4),
        (2 * HOUR, 60, 5),
        (12 * HOUR, 300, 6),
    ],
)
def test_the_step_grows_with_the_film(seconds, interval, sheets):
    board = storyboard_of(an_edit(max(1, round(seconds * 30))))
    assert (board.as_dict()["interval"], len(board.sheets)) == (interval, sheets)


@given(frames=st.integers(min_value=1, max_value=12 * HOUR * 24), rate=st.sampled_from(COMMON_RATES))
def test_cues_cover_the_film_once_and_lie_on_their_sheets(frames, rate):
    board = storyboard_of(an_edit(frames, rate=str(rate)))
    found = re.findall(r"(\S+) --> (\S+)\nstoryboard-(\d+).jpg#xywh=(\d+),(\d+),192,108\n", vtt(board))
    assert len(found) == board.count == len(board.shown) <= MOST_TILES
    assert found[0][0] == "00:00:00.000"
    assert all(before[1] == after[0] and before[0] < before[1] for before, after in pairwise(found))
    hours, minutes, seconds = found[-1][1].split(":")
    assert int(hours) * HOUR + int(minutes) * 60 + float(seconds) == pytest.approx(float(frames / rate), abs=0.001)
    places = [tuple(map(int, place)) for _, _, *place in found]
    assert len(set(places)) == len(places)
    assert all(left < COLUMNS * 192 and top < ROWS * 108 for _, left, top in places)


@given(rate=st.sampled_from(COMMON_RATES), minutes=st.integers(min_value=8, max_value=700))
def test_in_a_long_film_every_tile_is_one_of_our_key_frames(rate, minutes):
    board = storyboard_of(an_edit(round(minutes * 60 * rate), rate=str(rate)))
    assert board.step % gop_frames(rate) == 0
