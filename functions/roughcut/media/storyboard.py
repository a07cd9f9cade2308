"""A storyboard: what players show above their time line. Small pictures at even steps, 25 to a sheet, and a WebVTT file
that says which is when.

A tile is the first picture of its stretch: what one sees is where one gets. They are read from the smallest finished
rung, so that copied pictures have them too and chunks need not know of them. In a long film each is sought, in steps
that fall on our own key frames: hours of film cost seconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from roughcut.media.edit import Edit
from roughcut.media.inputs import joined, opened
from roughcut.media.rates import microseconds_at, nominal
from roughcut.media.sizes import Size, fitted

MOST_TILES = 150
COLUMNS = ROWS = 5
_STEPS = (1, 2, 3, 6, 12, 18, 30, 60, 120, 300)  # seconds; 300 is enough for the longest film of 12 hours
_OPENING = 200  # pictures that are decoded in the time of opening a film anew; measured at 480p: 47 ms
_BOX = Size(192, 108)
_APART = 100_000  # seconds between tiles on the clock of `listing`, longer than any film


@dataclass(frozen=True, slots=True)
class Storyboard:
    """Tiles of `size`, one every `step` frames; the last may stand for less."""

    step: int
    count: int
    size: Size
    frames: int
    rate: Fraction

    @property
    def sheets(self) -> list[str]:
        """Names of the files."""
        return [f"storyboard-{number + 1}.jpg" for number in range(-(-self.count // (COLUMNS * ROWS)))]

    @property
    def shown(self) -> range:
        """The frames of the film that are tiles."""
        return range(0, self.frames, self.step)

    def as_dict(self) -> dict[str, Any]:
        """What clients need to know that is not in the VTT file."""
        seconds = round(float(self.step / self.rate), 3)
        return {
            "interval": seconds,
            "tiles": self.count,
            "tile_width": self.size.width,
            "tile_height": self.size.height,
        }


def storyboard_of(edit: Edit) -> Storyboard:
    """With the shortest step that keeps to 150 tiles."""
    rate = edit.canvas.rate
    steps = [seconds * nominal(rate) for seconds in _STEPS]
    step = next((step for step in steps if step * MOST_TILES >= edit.frames), steps[-1])
    size = fitted(edit.canvas.size, _BOX.turned_like(edit.canvas.size))
    return Storyboard(step, -(-edit.frames // step), size, edit.frames, rate)


def is_seekable(board: Storyboard, keys: Iterable[int]) -> bool:
    """Whether it is less work to go from each tile's key frame than to decode the film once. Copied pictures may have
    a key frame in an hour."""
    marks = sorted(keys)
    behind = [frame - marks[bisect_right(marks, frame) - 1] for frame in board.shown]
    return sum(behind) + _OPENING * board.count < board.frames


def listing(board: Storyboard, film: str) -> str:
    """The concat demuxer's script: the film once for each tile, from the key frame before it to just after it.

    Each tile is at a multiple of `_APART` on the clock of all, the pictures before it are earlier.
    """
    lines = []
    for frame in board.shown:
        begin, end = _between(frame - 1, frame, board.rate), _between(frame, frame + 1, board.rate)
        lines.append(f"file '{film}'\ninpoint {max(begin, 0)}us\noutpoint {end}us\nduration {_APART}s\n")
    return "".join(lines)


def seeking_command(board: Storyboard, script: Path) -> list[str]:
    """From a `listing` to sheets. `-copyts`: else all is later by the priming of the film's sound."""
    return _sheets(board, ["-copyts", *joined(script, "mov")], f"lt(mod(t,{_APART}),{float(0.75 / board.rate):.6f})")


def decoding_command(board: Storyboard, film: Path) -> list[str]:
    """The same from the film, read once from end to end."""
    return _sheets(board, opened(film, "mov"), f"not(mod(n,{board.step}))")


def vtt(board: Storyboard) -> str:
    """Cues that cover the film once, each with its place on its sheet (Media Fragments: xywh in pixels)."""
    return "\n".join(["WEBVTT", "", *(line for cue in _cues(board) for line in cue)])


def _cues(board: Storyboard) -> Iterator[Sequence[str]]:
    for index, frame in enumerate(board.shown):
        sheet, place = divmod(index, COLUMNS * ROWS)
        row, column = divmod(place, COLUMNS)
        begin, end = (_clock(at, board.rate) for at in (frame, min(frame + board.step, board.frames)))
        box = f"{column * board.size.width},{row * board.size.height},{board.size.width},{board.size.height}"
        yield f"{begin} --> {end}", f"{board.sheets[sheet]}#xywh={box}", ""


def _sheets(board: Storyboard, film: list[str], chosen: str) -> list[str]:
    size = f"{board.size.width}:{board.size.height}"
    tiled = f"[0:v:0]select='{chosen}',scale={size}:flags=bicubic,setsar=1,tile={COLUMNS}x{ROWS}[sheets]"
    encoder = ("-c:v", "mjpeg", "-q:v", "4", "-fps_mode", "passthrough", "-frames:v", str(len(board.sheets)))
    written = ("-map_metadata", "-1", "-fflags", "+bitexact", "-f", "image2", "storyboard-%d.jpg")
    return ["-v", "error", *film, "-filter_complex", tiled, "-map", "[sheets]", *encoder, *written]


def _between(before: int, after: int, rate: Fraction) -> int:
    """Microseconds of the middle between the beginnings of two frames."""
    return (microseconds_at(before, rate) + microseconds_at(after, rate)) // 2


def _clock(frame: int, rate: Fraction) -> str:
    seconds, milliseconds = divmod(round(microseconds_at(frame, rate) / 1000), 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{milliseconds:03}"
