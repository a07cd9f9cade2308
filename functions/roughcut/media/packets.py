"""What a file's packets say, from FFmpeg's framecrc listing of a stream copy: no decoding, no trust in headers."""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from roughcut.jobs.errors import EncodeFailed

MOST_PACKETS = 4_000_000  # 12 hours at 60 pictures a second, with sound
_DISCARDED = 0x4  # AV_PKT_FLAG_DISCARD: decoded but not shown (an edit list hides it)
_KEY = 0x1  # AV_PKT_FLAG_KEY; a packet without a flag field has just this one
_NO_TIME = -(1 << 63)


@dataclass(frozen=True, slots=True)
class Packet:
    """Times in ticks of the stream."""

    shown_at: int
    duration: int
    size: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class Packets:
    """A sequence of packets, made when they are looked at: a long clip has a million."""

    _shown: "array[int]" = field(default_factory=lambda: array("q"))
    _durations: "array[int]" = field(default_factory=lambda: array("q"))
    _sizes: "array[int]" = field(default_factory=lambda: array("q"))
    _keys: "array[int]" = field(default_factory=lambda: array("B"))

    def __len__(self) -> int:
        return len(self._shown)

    def __getitem__(self, index: int) -> Packet:
        return Packet(self._shown[index], self._durations[index], self._sizes[index], bool(self._keys[index]))

    def __iter__(self) -> Iterator[Packet]:
        return (self[index] for index in range(len(self)))

    @property
    def shown_at(self) -> Iterable[int]:
        return self._shown

    @property
    def ends(self) -> Iterator[int]:
        return (shown + duration for shown, duration in zip(self._shown, self._durations, strict=True))

    def add(self, shown_at: int, duration: int, size: int, is_key: bool) -> None:
        self._shown.append(shown_at)
        self._durations.append(duration)
        self._sizes.append(size)
        self._keys.append(is_key)

    def settle(self, decoded: "array[int]") -> None:
        """Give packets that do not say when they are shown the times that are left: those of decoding, moved by the
        delay of the first picture, at which no other is shown. Without that delay, by the least of any."""
        missing = [index for index, shown in enumerate(self._shown) if shown == _NO_TIME]
        if not missing:
            return
        known = {shown for shown in self._shown if shown != _NO_TIME}
        pairs = zip(self._shown, decoded, strict=True)
        least = min((shown - begun for shown, begun in pairs if shown != _NO_TIME), default=0)
        delay = least if missing[0] == 0 else min(known) - decoded[0]
        free = [begun + delay for begun in decoded if begun + delay not in known]
        for place, index in enumerate(missing):
            self._shown[index] = free[place] if place < len(free) else decoded[index] + delay


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream's packets in file order; `tick` in seconds. Discarded packets are left out."""

    kind: str
    tick: Fraction
    packets: Packets

    @property
    def shown_times(self) -> list[Fraction]:
        """Seconds, in file order."""
        return [shown * self.tick for shown in self.packets.shown_at]

    @property
    def end(self) -> Fraction:
        """Seconds until the last picture or sound ends; a picture of unknown duration ends as it begins."""
        return max(self.packets.ends) * self.tick


def streams(lines: Iterable[str]) -> dict[int, Stream]:
    """By index in the listing; a stream without packets is left out."""
    listing = Listing()
    for line in lines:
        listing.add(line)
    return listing.streams()


class Listing:
    """Takes a listing line by line. A line is `stream, dts, pts, duration, size, checksum[, F=flags][, side data]`."""

    def __init__(self) -> None:
        self._kinds: dict[int, str] = {}
        self._ticks: dict[int, Fraction] = {}
        self._packets: dict[int, Packets] = {}
        self._decoded: dict[int, array[int]] = {}
        self._count = 0

    def add(self, line: str) -> None:
        """Raises `EncodeFailed` for a file that is nothing but packets."""
        if line.startswith("#"):
            self._note(line)
            return
        fields = line.split(",", 7)
        flags = int(fields[6].strip()[2:], 16) if len(fields) > 6 and "F=" in fields[6] else _KEY
        if len(fields) >= 6 and not flags & _DISCARDED:
            index, decoded, shown, duration, size = map(int, fields[:5])
            if index not in self._packets:
                self._packets[index], self._decoded[index] = Packets(), array("q")
            self._packets[index].add(shown, duration, size, bool(flags & _KEY))
            self._decoded[index].append(decoded)
            self._count += 1
        if self._count > MOST_PACKETS:
            raise EncodeFailed(f"it has more than {MOST_PACKETS:,} packets.")

    def streams(self) -> dict[int, Stream]:
        for index, packets in self._packets.items():
            packets.settle(self._decoded[index])
        return {i: Stream(self._kinds[i], self._ticks[i], packets) for i, packets in self._packets.items()}

    def _note(self, line: str) -> None:
        header = re.match(r"#(tb|media_type) (\d+): (\S+)", line)
        if header and header[1] == "tb":
            self._ticks[int(header[2])] = Fraction(header[3])
        elif header:
            self._kinds[int(header[2])] = header[3]
