"""What a file's packets say, from FFmpeg's framecrc listing of a stream copy: no decoding, no trust in headers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

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
class Stream:
    """One stream's packets in file order; `tick` in seconds. Discarded packets are left out."""

    kind: str
    tick: Fraction
    packets: tuple[Packet, ...]

    @property
    def shown_times(self) -> list[Fraction]:
        """Seconds, in file order."""
        return [packet.shown_at * self.tick for packet in self.packets]

    @property
    def end(self) -> Fraction:
        """Seconds until the last picture or sound ends; a picture of unknown duration ends as it begins."""
        return max(packet.shown_at + packet.duration for packet in self.packets) * self.tick


def streams(lines: Iterable[str]) -> dict[int, Stream]:
    """By index in the listing; a stream without packets is left out."""
    kinds: dict[int, str] = {}
    ticks: dict[int, Fraction] = {}
    found: dict[int, list[_Row]] = {}
    for line in lines:
        if header := re.match(r"#(tb|media_type) (\d+): (\S+)", line):
            _note(header, kinds, ticks)
        elif not line.startswith("#"):
            for row in _row(line):
                found.setdefault(row.stream, []).append(row)
    return {index: Stream(kinds[index], ticks[index], _settled(rows)) for index, rows in found.items()}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the listing; `shown_at` is None where the container does not say."""

    stream: int
    decoded_at: int
    shown_at: int | None
    duration: int
    size: int
    flags: int


def _note(header: re.Match[str], kinds: dict[int, str], ticks: dict[int, Fraction]) -> None:
    index = int(header[2])
    if header[1] == "tb":
        ticks[index] = Fraction(header[3])
    else:
        kinds[index] = header[3]


def _row(line: str) -> Iterator[_Row]:
    """One line is `stream, dts, pts, duration, size, checksum[, F=flags][, side data]`."""
    fields = [field.strip() for field in line.split(",")]
    flags = next((int(field[2:], 16) for field in fields[6:] if field.startswith("F=")), _KEY)
    if len(fields) >= 6 and not flags & _DISCARDED:
        index, decoded_at, shown_at, duration, size = (int(field) for field in fields[:5])
        yield _Row(index, decoded_at, None if shown_at == _NO_TIME else shown_at, duration, size, flags)


def _settled(rows: list[_Row]) -> tuple[Packet, ...]:
    """A packet that does not say when it is shown is shown as soon after its decoding as any of the others."""
    delay = min((row.shown_at - row.decoded_at for row in rows if row.shown_at is not None), default=0)
    return tuple(
        Packet(
            row.decoded_at + delay if row.shown_at is None else row.shown_at,
            row.duration,
            row.size,
            bool(row.flags & _KEY),
        )
        for row in rows
    )
