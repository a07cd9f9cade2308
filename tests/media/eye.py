"""How a test looks at a film: with PyAV, which shares no code with the command line that made it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.media.clips import BITS, DIAMETER, ffmpeg

RATE = 48_000


@dataclass(frozen=True)
class Seen:
    """What a film shows: times of its pictures (exact seconds), the light in their middle; its samples, and when they
    start."""

    times: list[Fraction]
    light: list[float]
    sound: np.ndarray
    sound_start: float

    @property
    def flashes(self) -> list[float]:
        """When the picture turns white."""
        pairs = zip(self.times, self.light, [0.0, *self.light], strict=False)
        return [float(time) for time, light, before in pairs if light > 190 >= before]

    @property
    def beeps(self) -> list[float]:
        """When a tone begins after silence."""
        envelope = np.convolve(np.abs(self.sound), np.ones(48) / 48, "same") > 0.08
        onsets, last = [], -RATE
        for index in np.flatnonzero(envelope):
            if index - last > RATE // 10:
                onsets.append(self.sound_start + index / RATE)
            last = index
        return onsets

    @property
    def levels(self) -> list[float]:
        """How far each beep swings, of full scale: twice the mean of its middle."""
        begins = [round((beep - self.sound_start) * RATE) + RATE // 50 for beep in self.beeps]
        return [float(np.abs(self.sound[begin : begin + RATE // 20]).mean() * np.pi / 2) for begin in begins]

    @property
    def offsets(self) -> list[float]:
        """Seconds by which each beep is later than its flash."""
        assert len(self.flashes) == len(self.beeps), (self.flashes, self.beeps)
        return [beep - flash for flash, beep in zip(self.flashes, self.beeps, strict=True)]


def look_at(path: Path) -> Seen:
    times, light = [], []
    for frame in pictures(path):
        times.append(frame.pts * frame.time_base)
        light.append(_light(frame))
    sound, start = listen_to(path)
    return Seen(times, light, sound, start)


def _light(frame: av.VideoFrame) -> float:
    """Mean grey of the middle ninth, which black bars do not reach."""
    height, width = frame.height // 3, frame.width // 3
    return float(frame.to_ndarray(format="gray")[height : 2 * height, width : 2 * width].mean())


def pictures(path: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(path)) as container:
        yield from container.decode(video=0)


def times(path: Path) -> list[Fraction]:
    """When each picture is shown, from the container alone."""
    with av.open(str(path)) as container:
        return sorted(packet.pts * packet.time_base for packet in container.demux(video=0) if packet.size)


def listen_to(path: Path, channel: int = 0) -> tuple[np.ndarray, float]:
    """The left channel (1 is the right one), and when it starts."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return np.zeros(0), 0.0
        frames = list(container.decode(audio=0))
    samples = [frame.to_ndarray() for frame in frames]
    channels = len(frames[0].layout.channels)
    blocks = [block[channel] if len(block) == channels else block[0, channel::channels] for block in samples]
    return np.concatenate(blocks).astype(np.float64), float(frames[0].time or 0)


def numbers(path: Path) -> list[int]:
    """The numbers that a film of a numbered clip shows."""
    return [_number(frame.to_ndarray(format="gray")) for frame in pictures(path)]


def _number(picture: np.ndarray) -> int:
    height, width = picture.shape[0] // 4, picture.shape[1] // BITS
    columns = [
        picture[4 : height - 4, bit * width + width // 4 : (bit + 1) * width - width // 4].mean() for bit in range(BITS)
    ]
    return sum(1 << bit for bit, light in enumerate(columns) if light > 128)


@dataclass(frozen=True)
class Card:
    """A flash clip's card as a picture shows it: its circle in pixels and colour, its mark's place."""

    across: int
    upright: int
    colour: tuple[int, int, int]
    marked: str  # the corner: "upper left"

    @classmethod
    def seen(cls, frame: av.VideoFrame, shown: tuple[int, int]) -> "Card":
        """`shown` is the size at which the card stands in the middle of the picture."""
        width, height = shown
        left, top = (frame.width - width) // 2, (frame.height - height) // 2
        card = frame.to_ndarray(format="rgb24")[top : top + height, left : left + width].astype(int)
        lit = card.max(axis=2) > 90
        colour = card[height // 2 - 4 : height // 2 + 4, width // 2 - 4 : width // 2 + 4].mean(axis=(0, 1))
        place = round(0.1 * min(width, height))
        corners = {"upper left": (place, place), "upper right": (place, -place)}
        corners |= {"lower left": (-place, place), "lower right": (-place, -place)}
        marked = [name for name, (row, column) in corners.items() if lit[row, column]]
        return cls(lit[height // 2].sum(), lit[:, width // 2].sum(), tuple(map(round, colour)), " and ".join(marked))

    def is_round(self, shown: tuple[int, int]) -> bool:
        """To within 3 %, and not by less than a pixel and a half."""
        right = DIAMETER * min(shown)
        return all(abs(found - right) <= max(1.5, 0.03 * right) for found in (self.across, self.upright))


def complaints(path: Path) -> str:
    """What FFmpeg's decoders say of a film from end to end: nothing, if it is well."""
    return ffmpeg("-xerror", "-i", path, "-f", "null", "-")


def by_avcc_alone(film: Path) -> Path:
    """The pictures as a player sees them that reads parameter sets nowhere but in the avcC record."""
    stripped = film.with_suffix(".stripped.mp4")
    ffmpeg("-i", film, "-map", "0:v", "-c", "copy", "-bsf:v", "filter_units=remove_types=7-8", stripped)
    return stripped


def likeness(film: Path, reference: Path) -> float:
    """SSIM of the light, 1 for equals."""
    said = ffmpeg("-v", "info", "-i", film, "-i", reference, "-lavfi", "[0:v][1:v]ssim", "-f", "null", "-")
    return float(re.findall(r"SSIM Y:([\d.]+)", said)[-1])


def streams_of(path: Path) -> dict[str, Fraction]:
    """Seconds of each kind of stream, as the container says."""
    with av.open(str(path)) as container:
        return {stream.type: stream.duration * stream.time_base for stream in container.streams}
