"""A chunk that takes longer than its worker lives, by the real clock."""

import pytest

from roughcut.jobs.errors import ChunkUnfinished, TimedOut
from tests.media.clips import numbered
from tests.media.eye import complaints, numbers
from tests.media.film import Studio

FRAMES = 400  # three GOPs at 30 per second, the last of 40 frames
TOO_SHORT, ENOUGH = 20.3, 120  # seconds, 20 of which a worker keeps for its end


@pytest.fixture(scope="module")
def long(clips):
    return numbered(clips / "three-gops.mp4", frames=FRAMES, size=(640, 360))


@pytest.fixture
def plan(studio, long):
    job = studio.job({"videos": studio.upload(long), "resolutions": ["360p"], "hls": False})
    return job, studio.plan(job, studio.stitch(job)["edit_key"])


def encode(studio: Studio, plan, seconds, **more):
    studio.step_seconds = seconds
    return studio.encode(plan["plan_key"], 0, **more)


def folders(studio: Studio) -> list[str]:
    """The halves that are finished, in the folder of the chunk."""
    done = [key for key in studio.media.objects if key.startswith("chunks/") and key.endswith("/done.json")]
    return sorted(key.split("/", 3)[3].removesuffix("done.json") for key in done)


def film_of(studio, job, plan):
    """Packaged by what the chunk was finished as."""
    for item in plan["items"][1:]:
        studio.encode(plan["plan_key"], item)
    package = studio.package(job, plan["plan_key"], plan["rungs"][0])
    return studio.fetch(package["key"])


def test_a_chunk_that_took_too_long_is_encoded_as_two_that_join_without_a_seam(studio, plan):
    job, planned = plan
    with pytest.raises(ChunkUnfinished):
        encode(studio, planned, TOO_SHORT)

    assert encode(studio, planned, ENOUGH)["reused"] is False

    assert folders(studio) == ["", "1/", "2/"]
    film = film_of(studio, job, planned)
    assert numbers(film) == list(range(FRAMES)) and complaints(film) == ""


def test_each_failure_halves_again_down_to_a_gop_which_then_times_out(studio, plan):
    _, planned = plan
    with pytest.raises(ChunkUnfinished):
        encode(studio, planned, TOO_SHORT)
    with pytest.raises(TimedOut):
        encode(studio, planned, TOO_SHORT)  # the first of three GOPs alone


def test_a_half_that_is_finished_is_not_encoded_again(studio, plan):
    _, planned = plan
    with pytest.raises(ChunkUnfinished):
        encode(studio, planned, TOO_SHORT)
    encode(studio, planned, ENOUGH)
    chunk = studio.read(planned["plan_key"])["items"][0]["key"]
    kept = studio.media.objects[f"{chunk}/1/360p.mp4"]
    for part in ("", "/2"):
        del studio.media.objects[f"{chunk}{part}/done.json"]

    encode(studio, planned, ENOUGH)

    assert studio.media.objects[f"{chunk}/1/360p.mp4"] is kept
    assert folders(studio) == ["", "1/", "2/"]


def test_a_job_whose_own_time_is_over_ends_and_notes_nothing(studio, plan):
    _, planned = plan
    with pytest.raises(TimedOut):
        encode(studio, planned, TOO_SHORT, is_overdue=lambda: True)
    assert not [key for key in studio.media.objects if key.endswith("halved.json")]
