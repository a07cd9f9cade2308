"""Long clips are looked at before their film is planned."""

import pytest

from roughcut.media.density import LONG_SECONDS, density
from roughcut.media.edit import Edit
from roughcut.media.plan import Plan
from tests.media.clips import H264, ffmpeg


def recording(path, picture, seconds=LONG_SECONDS):
    ffmpeg("-f", "lavfi", "-i", f"{picture}s=640x360:r=1:d={seconds}", *H264, path)
    return path


@pytest.fixture(scope="module")
def still(clips):
    return recording(clips / "still.mp4", "color=gray:")


@pytest.fixture(scope="module")
def busy(clips):
    return recording(clips / "busy.mkv", "testsrc2=")


def decided(studio, *paths, job_type="full_pipeline") -> Edit:
    job = studio.job({"videos": studio.upload(*paths)}, job_type)
    return Edit.from_dict(studio.read(studio.stitch(job)["edit_key"]))


def test_a_busy_recording_weighs_more_than_a_still_one(studio, still, busy):
    light, heavy = decided(studio, still, busy).clips
    assert light.density < 10 < heavy.density


def test_a_second_look_finds_the_same_and_so_the_same_plan(studio, busy):
    plans = []
    for attempt in (1, 2):
        job = studio.job({"videos": studio.upload(busy), "resolutions": ["240p"]}, attempt=attempt)
        plans.append(Plan.from_dict(studio.read(studio.plan(job, studio.stitch(job)["edit_key"])["plan_key"])))
    assert plans[0].items == plans[1].items and plans[0].edit.clips[0].density


def test_short_clips_are_not_sampled(studio, plain, clips):
    almost = recording(clips / "almost.mp4", "color=gray:", LONG_SECONDS - 1)
    assert [clip.density for clip in decided(studio, plain, almost).clips] == [None, None]


def test_density_is_of_the_heaviest_sample(studio, still):
    (clip,) = decided(studio, still).clips
    assert density(clip, [1000, 9000, 2000]) == density(clip, [9000]) > density(clip, [2000])
