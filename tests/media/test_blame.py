"""Errors that one clip causes bear its name."""

from dataclasses import replace
from pathlib import Path

import pytest

from roughcut.jobs.errors import EncodeFailed, PlanTooLarge
from roughcut.stages.slides import generate_slides
from roughcut.stages.stitch import stitch_video
from tests.media.clips import H264, ffmpeg
from tests.media.film import SESSION, Studio, a_room


@pytest.fixture(scope="module")
def changing(clips: Path) -> Path:
    """A recording whose sound goes on at another rate with another number of channels."""
    path, parts = clips / "changing.ts", []
    for begin, rate, channels in ((0, 48_000, 2), (2, 32_000, 1)):
        part = clips / f"from-{begin}.ts"
        sources = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=2", "-f", "lavfi", "-i", "sine=d=2")
        sound = ("-c:a", "mp2", "-ar", str(rate), "-ac", str(channels))
        ffmpeg(*sources, *H264, *sound, "-output_ts_offset", str(begin), "-f", "mpegts", part)
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    return path


def failure(studio: Studio, *clips: Path) -> EncodeFailed:
    """Of the run of sound."""
    job = studio.job({"videos": studio.upload(*clips), "resolutions": ["240p"]})
    plan = studio.plan(job, studio.stitch(job)["edit_key"])
    with pytest.raises(EncodeFailed) as failed:
        studio.encode(plan["plan_key"], plan["items"][-1])
    return failed.value


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_clip_that_fails_a_run_of_sound_is_named(studio: Studio, plain: Path, changing: Path, is_alone: bool):
    problem = failure(studio, *([] if is_alone else [plain]), changing)
    assert problem.clip == "changing.ts"
    assert problem.problem.startswith("Clip 'changing.ts': A run of sound has ")
    assert not [key for key in studio.media.objects if key.endswith("audio.flac")]


@pytest.mark.parametrize(
    ("payload", "stage", "more"),
    [({"videos": ["large.png"]}, stitch_video, {}), ({"slides": ["large.png"]}, generate_slides, {"paint": None})],
    ids=["clip", "image"],
)
def test_what_is_too_large_for_the_disk_is_named(studio: Studio, payload, stage, more):
    for kind in ("videos", "slides"):
        studio.media.objects[f"sessions/{SESSION}/{kind}/large.png"] = bytes(3 << 20)
    with a_room() as room, pytest.raises(PlanTooLarge, match=r"'large.png' needs 6 MiB of disk: .* 5 MiB") as refused:
        small = replace(room, free=lambda _: 5 << 20)
        stage(studio.job(payload), media=studio.media, room=small, report=studio.report("x"), **more)
    assert refused.value.clip == "large.png"
