"""The storyboard: its cues cover the film once, and each points to the picture of its moment."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from roughcut.media.storyboard import decoding_command, is_seekable, listing, seeking_command, storyboard_of
from tests.media.clips import BITS, numbered
from tests.media.eye import pictures
from tests.media.film import Studio, a_room
from tests.unit.media.examples import an_edit

CUE = re.compile(r"(\S+) --> (\S+)\n(storyboard-\d+\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)\n")
SMALL = {"rate": "24", "size": (160, 90)}


@dataclass(frozen=True)
class Cue:
    """Seconds, and the number that its tile shows."""

    begin: float
    end: float
    number: int


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def cues(studio: Studio, result: dict) -> list[Cue]:
    board = result["storyboard"]
    sheets = {key.rsplit("/", 1)[1]: gray(studio.fetch(key)) for key in board["sheets"]}
    text = studio.media.objects[board["key"]].decode()
    assert text.startswith("WEBVTT\n\n")
    return [
        Cue(seconds(begin), seconds(end), number(sheets[sheet], *map(int, box)))
        for begin, end, sheet, *box in CUE.findall(text)
    ]


def gray(sheet: Path) -> np.ndarray:
    return next(pictures(sheet)).to_ndarray(format="gray")


def number(sheet: np.ndarray, left: int, top: int, width: int, height: int) -> int:
    """What a numbered clip shows, on a tile of it."""
    tile = sheet[top : top + height // 4, left : left + width]
    bits = np.array_split(tile[4:-4], BITS, axis=1)
    return sum(1 << bit for bit, column in enumerate(bits) if column[:, 4:-4].mean() > 128)


def assert_covers(found: list[Cue], duration: float) -> None:
    assert found[0].begin == 0 and found[-1].end == pytest.approx(duration, abs=0.001)
    assert [cue.end for cue in found[:-1]] == [cue.begin for cue in found[1:]]


@pytest.mark.parametrize("is_sought", [True, False])
def test_each_tile_shows_the_moment_its_cue_begins_with(studio, clips, monkeypatch, is_sought):
    """30 tiles on two sheets, the last of them of half a second; drawn as in a long film, and as in a short one."""
    monkeypatch.setattr("roughcut.stages.storyboard.is_seekable", lambda board, keys: is_sought)
    (name,) = studio.upload(numbered(clips / "board.mp4", frames=29 * 24 + 12, **SMALL))
    result = studio.run({"videos": [name], "resolutions": ["240p"], "storyboard": True, "hls": False})
    found = cues(studio, result)
    assert_covers(found, result["duration"])
    assert [cue.number for cue in found] == list(range(0, 29 * 24 + 12, 24))
    board = result["storyboard"]
    assert [key.rsplit("/", 1)[1] for key in board["sheets"]] == ["storyboard-1.jpg", "storyboard-2.jpg"]
    assert (board["interval"], board["tiles"], board["tile_width"], board["tile_height"]) == (1.0, 30, 192, 108)


def test_the_storyboard_comes_from_the_smallest_rung_once(studio, clips):
    (name,) = studio.upload(numbered(clips / "rungs.mp4", frames=48, rate="24", size=(640, 360)))
    result = studio.run({"videos": [name], "resolutions": ["360p", "240p"], "storyboard": True})
    assert [cue.number for cue in cues(studio, result)] == [0, 24]
    assert len([key for key in studio.media.objects if "storyboard-" in key]) == 1


def test_a_copied_film_has_a_storyboard_too(studio, clips):
    path = numbered(clips / "copied.mp4", "-an", frames=120, **SMALL)
    result = studio.run({"videos": studio.upload(path), "storyboard": True}, "stitch_video")
    edit = studio.read(f"{result['stitched']['key'].removesuffix('stitched.mp4')}edit.json")
    assert [part["how"] for part in edit["parts"]] == ["copy"]
    assert [cue.number for cue in cues(studio, result)] == [0, 24, 48, 72, 96]


def test_an_upright_film_has_upright_tiles(studio, clips):
    (name,) = studio.upload(numbered(clips / "upright.mp4", frames=12, rate="24", size=(180, 320)))
    result = studio.run({"videos": [name], "storyboard": True, "hls": False})
    assert (result["storyboard"]["tile_width"], result["storyboard"]["tile_height"]) == (108, 192)
    assert result["storyboard"]["tiles"] == 1


def test_a_film_without_one_asked_for_has_none(studio, plain):
    result = studio.run({"videos": studio.upload(plain), "hls": False})
    assert "storyboard" not in result and not [key for key in studio.media.objects if "storyboard" in key]


@pytest.mark.parametrize("rate", ["24000/1001", "30"])
@pytest.mark.parametrize("gop", [12, 250])
def test_going_to_each_key_frame_or_reading_on_shows_the_same(clips, rate, gop):
    """Both ways, on pictures out of order, with steps off the key frames."""
    x264 = ("-c:v", "libx264", "-preset", "fast", "-bf", "3", "-g", str(gop), "-pix_fmt", "yuv420p")
    film = numbered(clips / f"gop-{gop}-{rate[:2]}.mp4", rate=rate, frames=300, size=(320, 180), video=x264)
    board = storyboard_of(an_edit(300, rate=rate))
    with a_room() as room:
        (room.folder / "film.mp4").write_bytes(film.read_bytes())
        (room.folder / "tiles.txt").write_text(listing(board, "film.mp4"))
        shown = []
        for command in (seeking_command(board, room.folder / "tiles.txt"), decoding_command(board, film)):
            room.encoder.run(command, room.folder)
            sheet = gray(room.folder / "storyboard-1.jpg")
            places = [(index % 5 * 192, index // 5 * 108) for index in range(board.count)]
            shown.append([number(sheet, left, top, 192, 108) for left, top in places])
    assert shown[0] == shown[1] == list(board.shown)


def test_key_frames_an_hour_apart_are_not_sought():
    board = storyboard_of(an_edit(3600 * 30))
    assert is_seekable(board, range(0, 3600 * 30, 180))
    assert is_seekable(board, range(0, 3600 * 30, 250))
    assert not is_seekable(board, [0])
