"""Parts of a long clip are rendered from the bytes that they need, and come out as from the whole file, to the bit."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from roughcut.jobs.errors import SourceChanged
from roughcut.media.partial import SMALLEST
from roughcut.media.plan import Item, Plan, audio_key, video_key
from roughcut.media.ranges import total
from roughcut.stages import fetching
from roughcut.stages.probe import probe
from tests.fakes.media_store import FakeMediaStore
from tests.media.clips import ffmpeg
from tests.media.film import SESSION, Studio, a_room
from tests.media.test_chunks import planned

SECONDS = 180
SOUND = ("-c:a", "aac", "-b:a", "128k")
PLAIN = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "16", "-g", "96", "-pix_fmt", "yuv420p", *SOUND)
OPEN_GOP = ("-c:v", "libx264", "-preset", "veryfast", "-qp", "18", "-x264-params", "open-gop=1:keyint=48:bframes=3")
B_FRAMES = ("-bf", "3", "-b-pyramid", "normal")
MIDDLE = (40, 46)


def noisy(path: Path, *options: str, rate: str = "24", before: tuple[str, ...] = ()) -> Path:
    """A clip that weighs a hundred megabytes, of pictures and sounds that are never the same."""
    pictures = f"testsrc2=s=256x144:r={rate}:d={SECONDS},noise=alls=60:allf=t:all_seed=7"
    sound = f"aevalsrc='0.4*sin(2*PI*(200+20*t)*t)|0.3*sin(900*t)':s=48000:d={SECONDS}"
    ffmpeg("-f", "lavfi", "-i", pictures, *before, "-f", "lavfi", "-i", sound, *options, path)
    return path


def again(path: Path, *options: str, before: tuple[str, ...] = ()) -> Path:
    """The plain clip, muxed otherwise."""
    plain = path.with_name("parts-plain.mp4")
    ffmpeg(*before, "-i", plain if plain.exists() else noisy(plain, *PLAIN, *B_FRAMES), "-c", "copy", *options, path)
    return path


CLIPS: dict[str, Callable[[Path], Path]] = {
    "end.mp4": again,
    "start.mp4": lambda path: again(path, "-movflags", "+faststart"),
    "edited.mp4": lambda path: again(path, before=("-ss", "7.3")),
    "turned.mp4": lambda path: again(path, before=("-display_rotation", "90")),
    "apart.mp4": lambda path: again(path, "-chunk_duration", "10000000"),
    "chapters.mp4": lambda path: again(path, "-map_chapters", "1", before=("-f", "ffmetadata", "-i", chapters(path))),
    "open.mp4": lambda path: noisy(path, *OPEN_GOP, "-pix_fmt", "yuv420p", *SOUND),
    "late.mov": lambda path: noisy(path, *PLAIN, before=("-itsoffset", "2.5")),
    "29.97.mov": lambda path: noisy(path, *PLAIN, *B_FRAMES, rate="30000/1001"),
    "intra.mov": lambda path: noisy(path, "-c:v", "mjpeg", "-q:v", "3", "-c:a", "pcm_s16le"),
}


def chapters(path: Path) -> Path:
    text = "".join(f"[CHAPTER]\nTIMEBASE=1/1\nSTART={n}\nEND={n + 20}\ntitle=part {n}\n" for n in range(0, 180, 20))
    path.with_suffix(".txt").write_text(f";FFMETADATA1\n{text}")
    return path.with_suffix(".txt")


class Counting(FakeMediaStore):
    """Knows how many bytes of clips were fetched, and how."""

    def __init__(self) -> None:
        super().__init__()
        self.ranged = self.whole = self.requests = 0
        self.after_request: Callable[[], object] = lambda: None

    def download_ranges(self, key, to, ranges, *, etag):
        self.ranged, self.requests = self.ranged + total(ranges), self.requests + len(ranges)
        super().download_ranges(key, to, ranges, etag=etag)
        self.after_request()

    def download(self, key, to, *, etag=None):
        self.whole += len(self.objects[key])
        super().download(key, to, etag=etag)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path, Counting())


def film_of(studio: Studio, path: Path, *cuts: tuple[float, float], kind: str = "video") -> tuple[str, Plan]:
    """The key of a plan with one item that shows or sounds these cuts, and the plan."""
    assert path.stat().st_size > SMALLEST
    (name,) = studio.upload(path)
    job, plan = planned(studio, {"videos": [{"name": name, "start": begin, "end": end} for begin, end in cuts]})
    return f"{job.prefix}one.json", with_one_item(plan, kind)


def with_one_item(plan: Plan, kind: str) -> Plan:
    """At no more than a rate that noise does not reach: a rate that is held makes x264's threads heed one another."""
    plan = replace(plan, rungs=tuple(replace(rung, maxrate=90_000, bufsize=90_000) for rung in plan.rungs))
    item = Item(kind, 0, plan.edit.frames, "")
    key = audio_key(plan.edit, item.span, "e") if kind == "audio" else video_key(plan.edit, item.span, plan.rungs, "e")
    return replace(plan, items=(replace(item, key=f"chunks/{key}"),))


def rendered(studio: Studio, key: str, plan: Plan) -> dict[str, bytes]:
    """What the item writes; it is forgotten again."""
    studio.media.objects[key] = json.dumps(plan.as_dict()).encode()
    studio.encode(key, 0)
    return {at: studio.media.objects.pop(at) for at in list(studio.media.objects) if at.startswith("chunks/")}


def in_whole(plan: Plan) -> Plan:
    sources = tuple(replace(clip, partial=None) for clip in plan.edit.clips)
    return with_one_item(replace(plan, edit=replace(plan.edit, sources=sources)), plan.items[0].kind)


def made(clips: Path, name: str) -> Path:
    path = clips / f"parts-{name}"
    return path if path.exists() else CLIPS[name](path)


@pytest.mark.parametrize("kind", ["video", "audio"])
@pytest.mark.parametrize("name", CLIPS)
def test_a_part_of_a_long_clip_is_rendered_from_its_own_bytes_as_from_the_whole(studio, clips, name, kind):
    path = made(clips, name)
    end = 172 if name == "edited.mp4" else SECONDS
    for cuts in ([(0, 4), MIDDLE], [(31.7, 35.7), (end - 6, end)]):
        key, plan = film_of(studio, path, *cuts, kind=kind)
        studio.media.ranged = studio.media.whole = 0
        found = rendered(studio, key, plan)
        assert studio.media.whole == 0 < studio.media.ranged < path.stat().st_size / 2
        assert studio.media.ranged <= plan.edit.clips[0].fetched(kind, [4, 6])
        assert found == rendered(studio, key, in_whole(plan))
        assert studio.media.whole == path.stat().st_size


def test_a_long_clip_is_seen_in_parts_as_it_is_seen_whole(studio, clips):
    path = made(clips, "open.mp4")
    (name,) = studio.upload(path)
    key = f"sessions/{SESSION}/videos/{name}"
    seen = []
    for also in (None, lambda *_: None):
        with a_room() as room:
            seen.append(probe(name, key, media=studio.media, room=room, place="clip", also=also))
    assert seen[0] == seen[1] and seen[0].partial
    assert 0 < studio.media.ranged < path.stat().st_size / 4 and studio.media.whole == path.stat().st_size


def test_bytes_that_were_left_out_wrongly_are_noticed_and_fetched(studio, clips, monkeypatch):
    path = made(clips, "open.mp4")
    key, plan = film_of(studio, path, MIDDLE)
    right = rendered(studio, key, plan)
    assert studio.media.whole == 0
    monkeypatch.setattr(fetching, "read", lambda *_: [])
    studio.media.ranged = 0
    assert rendered(studio, key, plan) == right
    assert studio.media.ranged == path.stat().st_size


def test_a_clip_that_is_replaced_while_it_is_read_is_not_taken_for_the_old_one(studio, clips):
    path = made(clips, "open.mp4")
    key, plan = film_of(studio, path, MIDDLE)
    source = plan.edit.clips[0].key
    studio.media.after_request = lambda: studio.media.objects.update({source: b"another"})
    with pytest.raises(SourceChanged) as refused:
        rendered(studio, key, plan)
    assert refused.value.clip == path.name and studio.media.ranged > 0
