"""A quote is made from the plan that the job itself would make, without fetching whole long clips."""

import pytest

from roughcut.contracts import check
from roughcut.jobs.errors import PlanTooLarge, SourceMissing, SourceUnreadable
from roughcut.media.foresight import Crew
from roughcut.media.plan import Plan
from roughcut.media.quoting import foreseen_film
from roughcut.stages import quote
from roughcut.stages.probe import probe
from roughcut.stages.stage_job import StageJob
from tests.media.film import SESSION, a_room

CREW = Crew(40, 7, 240)


def quoted(studio, payload, job_type="full_pipeline"):
    job = StageJob(SESSION, "quote", 1, job_type, "", "", 0)
    with a_room() as room:
        answer = quote.quote_job(job, payload, media=studio.media, room=room, crew=CREW)
    return check(answer, "quote_job.out")


@pytest.mark.contract("quote")
def test_it_foresees_what_the_jobs_own_plan_does(studio, plain):
    payload = {"videos": studio.upload(plain), "slides": ["intro.png"], "resolutions": ["1080p", "240p"]}
    told = quoted(studio, payload)
    job = studio.job(payload)
    studio.slides(job)
    planned = studio.plan(job, studio.stitch(job)["edit_key"])
    plan = Plan.from_dict(studio.read(planned["plan_key"]))
    assert told["chunks"] == len(planned["items"])
    assert [rung["resolution"] for rung in told["renditions"]] == planned["rungs"]
    assert "1080p" in [skipped["resolution"] for skipped in told["skipped"]]
    foreseen = foreseen_film(plan, "full_pipeline", 1, CREW).as_dict()
    assert told["foreseen"].pop("work") == pytest.approx(foreseen.pop("work"))
    assert told["foreseen"].pop("seconds") == pytest.approx(foreseen.pop("seconds"))
    assert told["foreseen"] == foreseen


def test_it_leaves_nothing_in_the_bucket(studio, plain):
    payload = {"videos": studio.upload(plain), "slides": ["intro.png"]}
    before = dict(studio.media.objects)
    quoted(studio, payload)
    quoted(studio, {"input": plain.name}, "optimize_video")
    assert quoted(studio, {"slides": ["intro.png"]}, "generate_slides")["chunks"] == 0
    assert studio.media.objects == before


def test_a_clip_that_is_missing_is_named_with_the_nearest_that_is_there(studio, plain):
    studio.upload(plain)
    with pytest.raises(SourceMissing) as missing:
        quoted(studio, {"videos": ["plane.mp4"]})
    assert missing.value.problem == (
        f"Clip 'plane.mp4' is not below sessions/{SESSION}/videos/; the nearest name there is 'plain.mp4'."
    )


@pytest.mark.parametrize(
    "payload",
    [
        {"videos": ["plane.mp4"]},
        {"slides": [{"id": "a", "type": "image", "content": {"name": "gone.png"}}]},
    ],
)
def test_a_tenant_is_told_of_what_is_missing_by_its_own_key(studio, payload):
    job = StageJob("acme.films", "quote", 1, "full_pipeline", "", "", 0)
    with a_room() as room, pytest.raises(SourceMissing, match="not below sessions/films/") as missing:
        quote.quote_job(job, payload, media=studio.media, room=room, crew=CREW)
    assert "acme" not in missing.value.problem


def test_a_job_of_a_tenant_names_its_missing_clip_by_the_tenants_own_key(studio):
    with a_room() as room, pytest.raises(SourceMissing) as missing:
        probe("a b.mp4", "sessions/acme.films/videos/a b.mp4", media=studio.media, room=room, place="clip")
    assert missing.value.problem.endswith("there is nothing at sessions/films/videos/a b.mp4.")


def test_an_image_that_is_missing_is_named(studio):
    slide = {"id": "a", "type": "image", "content": {"name": "gone.png"}}
    with pytest.raises(SourceMissing, match=r"Slide 'a' shows the image 'gone.png', which is not below"):
        quoted(studio, {"slides": [slide]}, "generate_slides")


def test_what_is_no_film_is_refused_as_the_job_would(studio, tmp_path):
    (tmp_path / "text.mp4").write_text("no film at all\n" * 50)
    with pytest.raises(SourceUnreadable, match=r"Clip 'text.mp4' is not a video"):
        quoted(studio, {"videos": studio.upload(tmp_path / "text.mp4")})


def test_a_long_clip_whose_parts_tell_nothing_is_not_fetched_whole(studio, plain, monkeypatch):
    monkeypatch.setattr(quote, "MOST_WHOLE", 1000)
    with pytest.raises(PlanTooLarge, match=r"Clip 'plain.mp4' has no index at hand"):
        quoted(studio, {"videos": studio.upload(plain)})
