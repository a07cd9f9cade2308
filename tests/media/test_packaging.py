"""Joining on a disk that does not hold a film twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from roughcut.media.plan import Item
from roughcut.stages.join import remove_read
from roughcut.stages.package import package_rung
from tests.media.clips import flash
from tests.media.film import Studio, a_room

CUTS = 45  # of 0.4 s: 15 in a GOP, more than 24 in two, so that each of three GOPs is a chunk


def packaged(studio: Studio, job, plan, free: int) -> dict[str, bytes]:
    """All that packaging writes with so many bytes free."""
    before = set(studio.media.objects)
    with a_room() as room:
        small = replace(room, free=lambda _: free)
        package_rung(job, plan["plan_key"], plan["rungs"][0], media=studio.media, room=small, report=studio.report("p"))
        assert not list(room.folder.glob("*-*p.mp4")) and not (room.folder / "film.mp4").exists()
    return {key: studio.media.objects.pop(key) for key in set(studio.media.objects) - before}


@pytest.mark.parametrize(("job_type", "count"), [("full_pipeline", 5), ("stitch_video", 1)])
def test_a_small_disk_gives_the_same_bytes(studio: Studio, clips: Path, job_type: str, count: int):
    (name,) = studio.upload(flash(clips / "short.mp4", size="160x90", seconds=1))
    cuts = [{"name": name, "start": 0, "end": 0.4}] * CUTS
    job = studio.job({"videos": cuts, "resolutions": ["240p"]}, job_type)
    plan = studio.plan(job, studio.stitch(job)["edit_key"])
    for item in plan["items"]:
        studio.encode(plan["plan_key"], item)
    assert len(plan["items"]) > 3

    whole, lean = (packaged(studio, job, plan, free) for free in (1 << 40, 0))

    assert len(whole) == count and whole == lean


def test_copied_clips_are_the_same_from_a_small_disk(studio: Studio, clips: Path):
    """A later optimize conforms them; the film that copies has no HLS, and needs its disk once."""
    (name,) = studio.upload(flash(clips / "own.mp4", size="160x90", seconds=2))
    job = studio.job({"videos": [name, name]}, "stitch_video")
    plan = studio.plan(job, studio.stitch(job)["edit_key"])
    for item in plan["items"]:
        studio.encode(plan["plan_key"], item)
    whole, lean = (packaged(studio, job, plan, free) for free in (1 << 40, 0))
    assert whole == lean


def test_a_chunk_is_removed_when_its_last_frame_is_in_the_film(tmp_path: Path):
    items = [Item("video", first, 180, f"k{first}") for first in (0, 180, 360)]
    files = {item: tmp_path / item.key for item in items}
    for file in files.values():
        file.touch()
    left = []
    for frames in (179, 180, 359, 400, 540):
        remove_read(files, frames)
        left.append(sorted(file.name for file in tmp_path.iterdir()))
    assert left == [["k0", "k180", "k360"], ["k180", "k360"], ["k180", "k360"], ["k360"], []]
