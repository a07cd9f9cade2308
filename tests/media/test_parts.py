"""Parts of a long clip are rendered from the bytes that they need, and come out as from the whole file, to the bit."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from roughcut.jobs.errors import SourceChanged
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.ladder import own_rung
from roughcut.media.plan import Item, Outputs, Plan, audio_key, video_key
from roughcut.media.ranges import moved, on_disk
from roughcut.media.sizes import Size
from roughcut.media.sources import Clip
from roughcut.stages import fetching
from roughcut.stages.probe import probe
from tests.fakes.media_store import FakeMediaStore
from tests.media.film import SESSION, Studio, a_room
from tests.media.long_clips import CLIPS, made

RATE = 24
CUTS = ((0, 4), (81.7, 85.7), (166, 170))


class Counting(FakeMediaStore):
    """Knows how many bytes of clips were fetched, and how."""

    def __init__(self) -> None:
        super().__init__()
        self.moved = self.held = self.whole = 0
        self.after_request: Callable[[], object] = lambda: None

    def download_ranges(self, key, to, ranges, *, etag):
        self.moved, self.held = self.moved + moved(ranges), self.held + on_disk(ranges)
        super().download_ranges(key, to, ranges, etag=etag)
        self.after_request()

    def download(self, key, to, *, etag=None):
        self.whole += len(self.objects[key])
        super().download(key, to, etag=etag)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path, Counting())


def probed(studio: Studio, path: Path, **more) -> Clip:
    (name,) = studio.upload(path)
    key = f"sessions/{SESSION}/videos/{name}"
    with a_room() as room:
        return probe(name, key, media=studio.media, room=room, place="clip", smallest=1, **more)


def plan_of(clip: Clip, *cuts: tuple[float, float], kind: str = "video") -> Plan:
    """One item that shows or sounds these cuts, at no more than a rate that noise does not reach: a rate that is held
    makes x264's threads heed one another."""
    parts = tuple(Part(0, round(begin * RATE), round((end - begin) * RATE)) for begin, end in cuts)
    edit = Edit(Canvas(Size(160, 90), Fraction(RATE)), (clip,), parts)
    rungs = (replace(own_rung(edit.canvas), maxrate=90_000, bufsize=90_000),)
    item = Item(kind, 0, edit.frames, "")
    key = audio_key(edit, item.span, "e") if kind == "audio" else video_key(edit, item.span, rungs, "e")
    outputs = Outputs(is_ladder=False, hls=False, thumbnail=False)
    return Plan(edit, rungs, (), outputs, (replace(item, key=f"chunks/{key}"),))


def rendered(studio: Studio, plan: Plan) -> dict[str, bytes]:
    """What the item writes; it is forgotten again, and what was fetched is counted anew."""
    studio.media.moved = studio.media.held = studio.media.whole = 0
    studio.media.objects["plan.json"] = json.dumps(plan.as_dict()).encode()
    studio.encode("plan.json", 0)
    return {at: studio.media.objects.pop(at) for at in list(studio.media.objects) if at.startswith("chunks/")}


@pytest.mark.parametrize("name", CLIPS)
def test_a_part_of_a_long_clip_is_rendered_from_its_own_bytes_as_from_the_whole(studio, clips, name):
    clip = probed(studio, made(clips, name))
    for kind in ("video", "audio"):
        found = rendered(studio, plan_of(clip, *CUTS, kind=kind))
        load = clip.load(kind, [4, 4, 4])
        assert studio.media.whole == 0 < studio.media.held <= load.held < clip.size_bytes / 2
        assert studio.media.moved <= load.moved <= clip.size_bytes
        assert found == rendered(studio, plan_of(replace(clip, partial=None), *CUTS, kind=kind))
        assert studio.media.whole == clip.size_bytes


def test_a_long_clip_is_seen_in_parts_as_it_is_seen_whole(studio, clips):
    path = made(clips, "late.mov")
    seen = probed(studio, path)
    assert studio.media.whole == 0 < studio.media.held < seen.size_bytes / 4 and seen.partial
    assert probed(studio, path, also=lambda *_: None) == seen and studio.media.whole == seen.size_bytes


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_bytes_that_were_left_out_wrongly_are_noticed_and_fetched(studio, clips, monkeypatch, kind):
    clip = probed(studio, made(clips, "end.mp4"))
    plan = plan_of(clip, CUTS[1], kind=kind)
    right = rendered(studio, plan)
    monkeypatch.setattr(fetching, "read", lambda *_: [])
    assert rendered(studio, plan) == right
    assert studio.media.held >= clip.size_bytes


def test_pcm_that_was_left_out_wrongly_is_silence_and_nobody_notices(studio, clips, monkeypatch):
    """So that `read` must be right: see test_part_packets."""
    plan = plan_of(probed(studio, made(clips, "intra.mov")), CUTS[1], kind="audio")
    right = rendered(studio, plan)
    monkeypatch.setattr(fetching, "read", lambda *_: [])
    assert rendered(studio, plan) != right and studio.media.held < plan.edit.clips[0].size_bytes / 2


def test_a_clip_that_is_replaced_while_it_is_read_is_not_taken_for_the_old_one(studio, clips):
    clip = probed(studio, made(clips, "end.mp4"))
    studio.media.after_request = lambda: studio.media.objects.update({clip.key: b"another"})
    with pytest.raises(SourceChanged) as refused:
        rendered(studio, plan_of(clip, CUTS[1]))
    assert refused.value.clip == clip.name and studio.media.held > 0
