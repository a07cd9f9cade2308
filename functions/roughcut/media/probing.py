"""From what FFmpeg says of a clip to a `Clip`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from roughcut.media.packets import Stream
from roughcut.media.rates import measured
from roughcut.media.sizes import Size
from roughcut.media.sources import Clip, Look

_FRAME = re.compile(r"n: *\d+ pts:.* sar:(\d+)/(\d+) s:(\d+)x(\d+) i:(.)")
_COLOUR = re.compile(r"color_range:(\S+) color_space:(\S+) color_primaries:\S+ color_trc:(\S+)")
_START = re.compile(r"^\[info\]   Duration: [^,]*, start: (-?\d+\.\d+)", re.MULTILINE)
_STILL_RATE = Fraction(30)  # of a clip with one picture


def look_from(report: str) -> Look | None:
    """From `showinfo`'s lines on the first pictures, rotation done; None if none was decoded."""
    frames, colours = _FRAME.findall(report), _COLOUR.search(report)
    if not frames or not colours:
        return None
    aspect_num, aspect_den, width, height, _ = frames[0]
    aspect = Fraction(int(aspect_num), int(aspect_den)) if int(aspect_num) and int(aspect_den) else Fraction(1)
    return Look(
        Size(int(width), int(height)),
        aspect,
        is_interlaced=any(frame[4] in "TB" for frame in frames),
        matrix=colours[2],
        transfer=colours[3],
        is_full_range=colours[1] == "pc",
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a clip was found, and what opens it."""

    name: str
    key: str
    etag: str
    size_bytes: int
    demuxer: str


def clip_from(origin: Origin, report: str, found: Iterable[Stream]) -> Clip | None:
    """None if no picture could be decoded, or none has a time."""
    by_kind = {stream.kind: stream for stream in found}
    look, pictures = look_from(report), by_kind.get("video")
    if look is None or pictures is None:
        return None
    rate = measured(pictures.shown_times) or _STILL_RATE
    return Clip(
        name=origin.name,
        key=origin.key,
        etag=origin.etag,
        size_bytes=origin.size_bytes,
        demuxer=origin.demuxer,
        start_us=_start_us(report, pictures),
        end_us=_microseconds(max(pictures.end, max(pictures.shown_times) + 1 / rate)),
        rate=rate,
        look=look,
        has_audio="audio" in by_kind,
    )


def _start_us(report: str, pictures: Stream) -> int:
    """The file's start on its own clock, by which FFmpeg seeks too."""
    stated = _START.search(report)
    first = _microseconds(min(pictures.shown_times))
    return min(_microseconds(Fraction(stated[1])), first) if stated else first


def _microseconds(seconds: Fraction) -> int:
    return round(seconds * 1_000_000)
