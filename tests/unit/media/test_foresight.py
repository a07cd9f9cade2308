from dataclasses import replace
from fractions import Fraction

import pytest

from roughcut.jobs.errors import PlanTooLarge
from roughcut.media.costs import (
    ENCODER,
    LENGTHS,
    PACKAGER,
    PRICES,
    as_many_as,
    memory_mib,
    picture_bytes,
    processor_seconds,
)
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.foresight import Crew, deadline_ms, item_load, planned_seconds
from roughcut.media.ladder import DEFAULT_RUNGS, TABLE, ladder, own_rung
from roughcut.media.partial import Load, Partial
from roughcut.media.plan import Outputs, Plan, make_plan
from roughcut.media.sizes import Size
from roughcut.media.sources import Look
from tests.unit.media.examples import a_clip, a_slide, an_edit

AWS = Crew(workers=40, packagers=7, most_minutes=240)
LAPTOP = Crew(workers=as_many_as(ENCODER, 2), packagers=as_many_as(PACKAGER, 2), most_minutes=240)
MINUTE = 60_000
NOW, QUARTER = 1_000_000, 1_000_000 + 15 * MINUTE
BESIDE_PICTURES = Partial(
    opening=Load(40 << 20, 40 << 20), around=20, video=Load(2_500_000, 2_500_000), audio=Load(2_500_000, 150_000)
)
HDR = Look(Size(1920, 1080), transfer="smpte2084")


def in_megabytes(load):
    return load.moved // 10**6, load.held // 10**6


def lecture(hours, *, megabits=1.5, **facts):
    """One recording at 1080p30."""
    seconds = round(hours * 3600)
    clip = a_clip(seconds=seconds, size="1920x1080", size_bytes=round(seconds * megabits * 125_000), **facts)
    return Edit(Canvas(Size(1920, 1080), Fraction(30)), (clip,), (Part(0, 0, seconds * 30),))


def planned(film, wanted=DEFAULT_RUNGS) -> Plan:
    rungs, skipped = ladder(film.canvas, wanted)
    outputs = Outputs(is_ladder=True, hls=True, thumbnail=True)
    return make_plan(film, rungs, skipped, outputs, engine="e", folder="chunks/s/")


@pytest.mark.parametrize("density", [12, None], ids=["sampled", "as its size says"])
def test_a_lecture_of_two_hours_fits_at_the_defaults(density):
    plan = planned(lecture(2, density=density))
    seconds = planned_seconds(plan, AWS)
    assert seconds < (15 if density else 20) * 60
    assert len(plan.pictures) == (60 if density else 120)
    assert deadline_ms(seconds, AWS, now_ms=NOW, given_ms=QUARTER) <= NOW + 40 * MINUTE


def test_a_film_of_two_hours_and_many_clips_fits_at_the_defaults():
    clips = tuple(a_clip(f"{i}.mp4", seconds=60, size="1920x1080", size_bytes=20_000_000) for i in range(120))
    film = Edit(Canvas(Size(1920, 1080), Fraction(30)), clips, tuple(Part(i, 0, 1800) for i in range(120)))
    assert planned_seconds(planned(film), AWS) < 20 * 60


def test_a_film_of_ten_hours_is_refused_with_figure_and_limit():
    with pytest.raises(PlanTooLarge) as refused:
        planned_seconds(planned(lecture(10, megabits=0.9, density=12)), AWS)
    said = refused.value.problem
    assert said == "Joining the film at 1080p would take 1560 s: video-optimizer ends after 880 s (its Timeout)."


def sharp(minutes):
    """A busy film at 2160p, whose top rung takes 2 MB a second."""
    film = lecture(minutes / 60, megabits=40, density=1000)
    large = replace(film.clips[0], look=Look(Size(3840, 2160)), size_bytes=1 << 30)
    return planned(replace(film, canvas=Canvas(Size(3840, 2160), Fraction(30)), sources=(large,)), ["2160p"])


def test_a_film_whose_renditions_fit_no_disk_is_refused_with_figure_and_limit():
    limit = r"Joining the film at 2160p would need \d{5} MiB of disk: video-optimizer has 10240 MiB \(its Ephemeral"
    with pytest.raises(PlanTooLarge, match=limit):
        planned_seconds(sharp(80), AWS)


def test_only_a_film_that_does_not_fit_the_disk_twice_is_fetched_twice_for_hls():
    for minutes, is_fetched_twice in ((40, False), (45, True)):
        plan = sharp(minutes)
        without = replace(plan, outputs=replace(plan.outputs, hls=False))
        pictures = picture_bytes(plan.edit, plan.rungs[0])
        assert (pictures > 5 << 30) is is_fetched_twice
        longer = planned_seconds(plan, AWS) - planned_seconds(without, AWS)
        assert longer == pytest.approx(pictures / 75e6 if is_fetched_twice else 0, abs=1e-6)


def test_sound_that_takes_too_long_to_fetch_is_refused_with_its_clip():
    film = an_edit(180)
    film = replace(film, sources=(a_clip("disc.mp4", size_bytes=6 << 30),))
    copied = replace(film, parts=(replace(film.parts[0], is_copied=True),))
    outputs = Outputs(is_ladder=False, hls=False, thumbnail=False)
    plan = make_plan(copied, [own_rung(film.canvas)], [], outputs, engine="e", folder="f/")
    with pytest.raises(PlanTooLarge, match=r"'disc.mp4' from 0 s on would need 12288 MiB of disk: chunk-enc"):
        planned_seconds(plan, AWS)


def test_a_lecture_of_two_hours_fits_two_cores_at_the_defaults():
    seconds = planned_seconds(planned(lecture(2, density=12)), LAPTOP)
    assert deadline_ms(seconds, LAPTOP, now_ms=NOW, given_ms=QUARTER) <= NOW + 240 * MINUTE


def test_a_film_that_this_machine_cannot_make_in_time_is_refused_with_the_setting():
    seconds = planned_seconds(planned(lecture(2, density=60)), LAPTOP)
    with pytest.raises(PlanTooLarge, match=r"take \d+ minutes with 1\.18 workers.*: MAX_JOB_MINUTES is 240\."):
        deadline_ms(seconds, LAPTOP, now_ms=NOW, given_ms=QUARTER)
    assert deadline_ms(seconds, replace(LAPTOP, most_minutes=1440), now_ms=NOW, given_ms=QUARTER) > NOW + 240 * MINUTE


def test_a_deadline_is_twice_the_planned_time_and_never_earlier_than_the_jobs_own():
    assert deadline_ms(60, AWS, now_ms=NOW, given_ms=QUARTER) == QUARTER
    assert deadline_ms(3600, AWS, now_ms=NOW, given_ms=QUARTER) == NOW + 120 * MINUTE


def test_a_film_of_too_many_items_is_refused():
    film = lecture(6, density=1000)
    film = replace(
        film, canvas=Canvas(Size(3840, 2160), Fraction(60)), parts=(replace(film.parts[0], frames=1_296_000),)
    )
    with pytest.raises(PlanTooLarge, match="needs 3601 items of work: 3000 is the most"):
        planned_seconds(planned(film, ["2160p"]), AWS)


def test_longer_sampled_chunks_take_about_two_minutes_of_their_worker():
    for density in (5, 20, 60, 120):
        film = lecture(1, density=density)
        plan = planned(film)
        (length,) = {item.frames // 30 for item in plan.pictures[:-1]}
        assert length in LENGTHS
        seconds = processor_seconds(film.sources[0], length * 30, plan.rungs) * 1.5 / 2.55
        assert 60 < seconds <= 168 or length == LENGTHS[0]


def test_every_preset_of_the_ladder_has_its_price():
    assert {rung.preset for rung in TABLE} <= set(PRICES)


def test_costs_grow_with_what_is_to_be_done():
    rungs, _ = ladder(Canvas(Size(1920, 1080), Fraction(30)), DEFAULT_RUNGS)
    still, clip, hdr = a_slide(), a_clip(size="1920x1080"), a_clip(look=HDR)
    costs = [processor_seconds(source, 100, rungs) for source in (still, clip, hdr)]
    assert costs == sorted(costs) and costs[0] < costs[1] < costs[2]
    assert processor_seconds(clip, 100, rungs[1:]) < costs[1] < processor_seconds(clip, 200, rungs)
    assert memory_mib([clip], rungs) < memory_mib([clip, clip], rungs)


def test_a_copied_part_takes_the_bytes_it_has():
    film = an_edit(300)
    film = replace(film, sources=(a_clip(size_bytes=1_000_000),))
    copied = replace(film, parts=(replace(film.parts[0], is_copied=True),))
    assert picture_bytes(copied, own_rung(film.canvas)) == pytest.approx(1_050_000)


def test_a_clip_that_is_larger_than_a_disk_fits_if_it_can_be_read_in_parts():
    large = lecture(2, megabits=17, density=60)
    with pytest.raises(PlanTooLarge, match="would take 14591 MiB on disk: sources may have 5120"):
        planned(large)
    plan = planned(replace(large, sources=(replace(large.sources[0], partial=BESIDE_PICTURES),)))
    assert {in_megabytes(item_load(plan, item)) for item in plan.pictures[:-1]} == {(391, 391)}
    assert planned_seconds(plan, AWS) < 3600


def test_sound_that_lies_beside_every_picture_is_moved_with_them_and_held_alone():
    clip = lecture(2, megabits=17, density=60).clips[0]
    plan = planned(replace(lecture(2), sources=(replace(clip, partial=BESIDE_PICTURES),)))
    (sound,) = plan.sound
    assert in_megabytes(item_load(plan, sound)) == (15_300, 1124)
    assert ENCODER.seconds_for(72, 15_300_000_000) < 250 < planned_seconds(plan, AWS) < 3600
    larger = replace(clip, size_bytes=70 * 10**9, partial=replace(BESIDE_PICTURES, audio=Load(9_800_000, 150_000)))
    with pytest.raises(
        PlanTooLarge, match=r"sound of 'a\.mp4' from 0 s on would take 978 s: chunk-encoder ends after 880"
    ):
        planned_seconds(planned(replace(lecture(2), sources=(larger,))), AWS)
