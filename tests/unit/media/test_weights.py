from dataclasses import replace

import pytest

from roughcut.media.foresight import Crew
from roughcut.media.ladder import ladder
from roughcut.media.plan import Outputs, make_plan
from roughcut.media.weights import packaging_share, weights, work_done
from tests.unit.media.examples import an_edit

OUTPUTS = Outputs(is_ladder=True, hls=True, thumbnail=True)
LAPTOP, AWS = Crew(2 / 3, 1, 240), Crew(40, 7, 240)


def a_plan(*frames: int, size: str = "1920x1080"):
    edit = an_edit(*frames, size=size)
    rungs, skipped = ladder(edit.canvas, ["1080p", "720p", "480p"])
    return make_plan(edit, rungs, skipped, OUTPUTS, engine="e", folder="f/")


def test_the_mean_part_weighs_1():
    found = weights(a_plan(4000))
    assert sum(found) == pytest.approx(len(found)) and min(found) > 0


def test_a_short_last_chunk_and_sound_weigh_less_than_a_whole_chunk():
    plan = a_plan(3700)
    first, *_, last, sound = weights(plan)
    short = plan.pictures[-1].frames / plan.pictures[0].frames
    assert last / first == pytest.approx(short, abs=0.05) and sound < 0.1 * first


def test_a_copied_part_weighs_less_than_an_encoded_one():
    plan = a_plan(1800)
    copied = replace(plan, items=(replace(plan.items[0], kind="copy"), *plan.items))
    assert weights(copied)[0] < 0.1 * weights(copied)[1]


def test_a_chunk_is_done_by_the_work_of_its_frames_and_not_by_their_number():
    """20 s of a clip, then as long a slide."""
    plan = a_plan(600, 600)
    done = [work_done(plan, plan.items[0], frames) for frames in (0, 300, 600, 900, 1200, 1201)]
    assert done == sorted(done) and (done[0], done[4], done[5]) == (0, 1, 1)
    assert done[2] == pytest.approx(2 * done[1]) and 0.6 < done[2] < 0.95


def test_joining_is_little_where_few_workers_encode_and_much_where_many_do():
    """Two hours: 120 chunks, and a minute or two of AAC that nobody shares."""
    film = a_plan(2 * 3600 * 30)
    assert 0.01 < packaging_share(film, LAPTOP) < 0.15 < packaging_share(film, AWS) < 0.8


def test_a_film_of_one_chunk_has_no_more_than_its_workers():
    film = a_plan(600)
    assert packaging_share(film, AWS) == pytest.approx(packaging_share(film, Crew(2, 3, 240)))
