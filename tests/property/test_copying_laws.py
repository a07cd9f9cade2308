"""Laws of films of which some parts are copied."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roughcut.media.edit import Edit
from roughcut.media.ladder import own_rung
from roughcut.media.plan import Outputs, Plan, make_plan
from roughcut.media.rates import gop_frames
from tests.unit.media.examples import an_edit

STITCHED = Outputs(is_ladder=False, hls=False, thumbnail=True)


def film(parts: list[tuple[int, bool]]) -> Edit:
    edit = an_edit(*(frames for frames, _ in parts))
    return replace(edit, parts=tuple(replace(p, is_copied=c) for p, (_, c) in zip(edit.parts, parts, strict=True)))


def plan_of(edit: Edit, engine: str = "engine") -> Plan:
    return make_plan(edit, [own_rung(edit.canvas)], [], STITCHED, engine=engine, folder="chunks/s/")


films = st.lists(st.tuples(st.integers(8, 5000), st.booleans()), min_size=1, max_size=20).map(film)


@given(films)
def test_items_partition_the_film_and_each_copied_part_is_one(edit):
    plan = plan_of(edit)
    assert [item.first for item in plan.pictures] == [0, *(item.span.end for item in plan.pictures[:-1])]
    assert plan.pictures[-1].span.end == edit.frames
    copied = [(start, part.frames) for part, start in zip(edit.parts, edit.starts, strict=True) if part.is_copied]
    assert [(item.first, item.frames) for item in plan.pictures if item.kind == "copy"] == copied
    assert plan.is_copied == all(part.is_copied for part in edit.parts)
    assert plan.has_copies == any(part.is_copied for part in edit.parts)


@given(films)
def test_what_is_encoded_between_copies_is_cut_at_its_own_gops(edit):
    gop = gop_frames(edit.canvas.rate)
    encoded = [item for item in plan_of(edit).pictures if item.kind == "video"]
    assert all(a.frames % gop == 0 for a, b in pairwise(encoded) if a.span.end == b.first)


@given(films)
def test_sound_is_the_same_however_pictures_get_there(edit):
    assert plan_of(edit).sound == plan_of(edit.conformed()).sound


@given(films, films)
def test_keys_tell_what_is_written(one, other):
    plans = [plan_of(one), plan_of(other), plan_of(one, "another engine")]
    keys = [[(item.kind, item.key) for item in plan.pictures] for plan in plans]
    assert keys[0] == [(item.kind, item.key) for item in plan_of(one).pictures]
    assert not set(keys[0]) & set(keys[2])
    by_key = {}
    for edit, plan in zip((one, other), plans, strict=False):
        for item in plan.pictures:
            by_key.setdefault(item.key, set()).add((item.kind, item.first, item.frames, str(edit.canvas)))
    assert all(len(found) == 1 for found in by_key.values())


@given(films)
def test_a_plan_survives_its_document(edit):
    plan = plan_of(edit)
    assert Plan.from_dict(plan.as_dict()) == plan
