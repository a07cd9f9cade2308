"""Chunks rendered apart show what the whole shows: the same source frames at the same times."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from roughcut.media.chunk_command import chunk_command
from roughcut.media.chunks import Span
from roughcut.media.edit import Edit
from roughcut.media.ladder import own_rung
from roughcut.media.sources import Clip
from roughcut.media.timeline import Cut, decide
from roughcut.stages.probe import probe
from tests.media.clips import numbered
from tests.media.eye import numbers
from tests.media.film import SESSION, Studio, a_room

MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-g", "15")
OPEN_GOP = ("-c:v", "libx264", "-preset", "fast", "-crf", "18", "-x264-params", "open-gop=1:keyint=15:bframes=3")
B_FRAMES = ("-c:v", "libx264", "-preset", "fast", "-crf", "18", "-g", "40")
PARTS = (0, 37, 61, 118, 150)


def probed(studio: Studio, path: Path) -> Clip:
    (name,) = studio.upload(path)
    with a_room() as room:
        return probe(name, f"sessions/{SESSION}/videos/{name}", media=studio.media, room=room, place="clip")


def shown(edit: Edit, span: Span, clip: Path) -> list[int]:
    rung = own_rung(edit.canvas)
    with a_room() as room:
        room.encoder.run(chunk_command(edit, span, [rung], [], {0: clip}), room.folder)
        return numbers(room.folder / f"{rung.name}.mp4")


@pytest.mark.parametrize(
    ("name", "options", "rate"),
    [
        ("b.mp4", B_FRAMES, "30"),
        ("open.mp4", OPEN_GOP, "30"),
        ("b.mkv", B_FRAMES, "30"),
        ("b.ts", B_FRAMES, "30"),
        ("b.mpg", MPEG2, "30"),
        ("p.avi", ("-c:v", "mpeg4", "-q:v", "2"), "30"),
        ("ntsc.mkv", B_FRAMES, "30000/1001"),
        ("cinema.mp4", B_FRAMES, "24000/1001"),
    ],
)
def test_frames_of_chunks_are_those_of_the_whole(studio, clips, name, options, rate):
    path = numbered(clips / f"chunks-{name}", video=options, rate=rate)
    clip = probed(studio, path)
    edit = decide([Cut(clip.name)], {clip.name: clip}, size=None, rate=None)
    assert edit.frames == 150
    whole = shown(edit, Span(0, 150), path)
    parts = [shown(edit, Span(begin, end - begin), path) for begin, end in pairwise(PARTS)]
    assert whole == list(range(150))
    assert [number for part in parts for number in part] == whole


def test_frames_of_a_variable_rate_are_held_across_chunks(studio, clips):
    path = numbered(clips / "held.mp4", "-vf", "select='lt(n,20)+gt(n,80)'", "-fps_mode", "vfr", frames=90)
    clip = probed(studio, path)
    edit = decide([Cut(clip.name)], {clip.name: clip}, size=None, rate=30)
    spans = [Span(0, 50), Span(50, 45), Span(95, edit.frames - 95)]
    whole = shown(edit, Span(0, edit.frames), path)
    assert [number for span in spans for number in shown(edit, span, path)] == whole
    assert whole[50:60] == [19] * 10


def test_a_rate_is_changed_by_repeating_and_dropping_whole_frames(studio, counted):
    clip = probed(studio, counted)
    edit = decide([Cut(clip.name)], {clip.name: clip}, size=None, rate=25)
    found = shown(edit, Span(0, edit.frames), counted)
    assert edit.frames == 125
    assert found == sorted(set(found)) and found[0] == 0 and found[-1] >= 148


def test_a_cut_begins_with_its_very_frame(studio, counted):
    clip = probed(studio, counted)
    edit = decide([Cut(clip.name, Fraction(77, 30), Fraction(4))], {clip.name: clip}, size=None, rate=None)
    assert shown(edit, Span(0, edit.frames), counted) == list(range(77, 120))
