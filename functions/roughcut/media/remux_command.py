"""Stream copies of files that cannot be sought in, or whose clock jumps.

AVI, ASF, FLV and Ogg have indexes that are often missing or wrong. Recordings in transport and programme streams are
often several, laid end to end, each with its own clock.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from roughcut.media.inputs import opened
from roughcut.media.packets import Stream

# Into which container. AVI stays AVI: it does not say when a picture is shown, which any other would have to know.
_WITHOUT_INDEX = {"avi": "avi", "asf": "matroska", "flv": "matroska", "ogg": "matroska"}
_JOINABLE = {"mpegts": "matroska", "mpeg": "matroska"}
_INTO = _WITHOUT_INDEX | _JOINABLE
_AHEAD = Fraction(10)  # seconds; source: FFmpeg's dts_delta_threshold
_STANDSTILL = 8  # packets at a time already passed, which is what FFmpeg's listing makes of a clock that jumps back


def lacks_index(demuxer: str) -> bool:
    """Whether such a container is remuxed whatever is in it."""
    return demuxer in _WITHOUT_INDEX


def is_clock_broken(demuxer: str, found: Iterable[Stream]) -> bool:
    """Whether a stream's times stand still, or jump so far ahead that it is another recording's clock."""
    return demuxer in _JOINABLE and any(_jumps(stream) for stream in found)


def remuxed(demuxer: str) -> str:
    """The demuxer of a container's remux."""
    return _INTO[demuxer]


def remux_command(path: Path, demuxer: str, written: str) -> list[str]:
    """FFmpeg's arguments. Jumps of the clock are closed on the way."""
    return [
        *("-v", "error"),
        *opened(path, demuxer, *([] if demuxer == "avi" else ["-fflags", "+genpts"])),
        *("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-f", remuxed(demuxer), written),
    ]


def _jumps(stream: Stream) -> bool:
    times = stream.shown_times
    return len(times) - len(set(times)) > _STANDSTILL or any(b - a > _AHEAD for a, b in pairwise(times))
