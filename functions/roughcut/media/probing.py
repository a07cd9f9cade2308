"""From what FFmpeg says of a clip to a `Clip`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from roughcut.media.packets import Stream
from roughcut.media.rates import measured
from roughcut.media.remux_command import remuxed
from roughcut.media.sizes import Size
from roughcut.media.sources import Clip, Look

_FIRST = re.compile(r"n: *0 pts: *\S+ pts_time:(-?[\d.]+)")
_FRAME = re.compile(r"n: *\d+ pts:.* sar:(\d+)/(\d+) s:(\d+)x(\d+) i:(.)")
_COLOUR = re.compile(r"color_range:(\S+) color_space:(\S+) color_primaries:\S+ color_trc:(\S+)")
_START = re.compile(r"^\[info\]   Duration: [^,]*, start: (-?\d+\.\d+)", re.MULTILINE)
_SOUND = re.compile(r"Stream #0:\d.*: Audio: (.*)")
_SOUND_RATES = range(1000, 768_001)  # resampling others to 48 kHz takes a machine's whole memory
_STILL_RATE = Fraction(30)  # of a clip with one picture
_LEAD_US = 100_000  # sound that begins earlier by less than that is cut: an encoder's lead-in, not worth a held picture


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


def sound_fault(report: str) -> str | None:
    """Why a clip's sound cannot be used, None if it can or there is none."""
    sound = _SOUND.search(report)
    rate = re.search(r"(\d+) Hz", sound[1]) if sound else None
    return f"its sound is of {rate[1]} Hz." if rate and int(rate[1]) not in _SOUND_RATES else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a clip was found, and what opens it."""

    name: str
    key: str
    etag: str
    size_bytes: int
    demuxer: str
    remuxed_from: str | None = None

    def remuxed(self) -> "Origin":
        return replace(self, demuxer=remuxed(self.demuxer), remuxed_from=self.demuxer)


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
        is_mono=_is_mono(report),
        late_us=_late_us(origin.demuxer, report, pictures),
        remuxed_from=origin.remuxed_from,
    )


def _start_us(report: str, pictures: Stream) -> int:
    """The file's start on its own clock, or its first picture if that comes soon after."""
    stated = _START.search(report)
    first = _microseconds(min(pictures.shown_times))
    start = _microseconds(Fraction(stated[1])) if stated else first
    return first if first - start < _LEAD_US else start


def _late_us(demuxer: str, report: str, pictures: Stream) -> int:
    """AVI's packets bear the time of their decoding: pictures come later by what the decoder keeps back to reorder."""
    first = _FIRST.search(report)
    if demuxer != "avi" or first is None:
        return 0
    return _microseconds(Fraction(first[1]) - min(pictures.shown_times))


def _is_mono(report: str) -> bool:
    """Of the first sound: "aac (LC) (mp4a / 0x6134706D), 48000 Hz, mono, fltp"."""
    sound = _SOUND.search(report)
    return sound is not None and ", mono," in sound[1]


def _microseconds(seconds: Fraction) -> int:
    return round(seconds * 1_000_000)
