"""How a test looks at a film: with PyAV, which shares no code with the command line that made it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.media.clips import BITS, ffmpeg

RATE = 48_000


@dataclass(frozen=True)
class Seen:
    """What a film shows: times of its pictures (exact seconds), their mean light; its samples and their seconds."""

    times: list[Fraction]
    light: list[float]
    sound: np.ndarray
    sound_start: float

    @property
    def flashes(self) -> list[float]:
        """When the picture turns white."""
        pairs = zip(self.times, self.light, [0.0, *self.light], strict=False)
        return [float(time) for time, light, before in pairs if light > 150 >= before]

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
    def offsets(self) -> list[float]:
        """Seconds by which each beep is later than its flash."""
        assert len(self.flashes) == len(self.beeps), (self.flashes, self.beeps)
        return [beep - flash for flash, beep in zip(self.flashes, self.beeps, strict=True)]


def look_at(path: Path) -> Seen:
    times, light = [], []
    for frame in pictures(path):
        times.append(frame.pts * frame.time_base)
        light.append(float(frame.to_ndarray(format="gray").mean()))
    sound, start = listen_to(path)
    return Seen(times, light, sound, start)


def pictures(path: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(path)) as container:
        yield from container.decode(video=0)


def listen_to(path: Path) -> tuple[np.ndarray, float]:
    """The left channel, and when it starts."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return np.zeros(0), 0.0
        frames = list(container.decode(audio=0))
    blocks = [frame.to_ndarray()[0] if frame.format.is_planar else frame.to_ndarray()[0, ::2] for frame in frames]
    return np.concatenate(blocks).astype(np.float64), float(frames[0].time or 0)


def numbers(path: Path) -> list[int]:
    """The numbers that a film of a numbered clip shows."""
    return [_number(frame.to_ndarray(format="gray")) for frame in pictures(path)]


def _number(picture: np.ndarray) -> int:
    width = picture.shape[1] // BITS
    columns = [picture[:, bit * width + width // 4 : (bit + 1) * width - width // 4].mean() for bit in range(BITS)]
    return sum(1 << bit for bit, light in enumerate(columns) if light > 128)


def complaints(path: Path) -> str:
    """What FFmpeg's decoders say of a film from end to end: nothing, if it is well."""
    return ffmpeg("-xerror", "-i", path, "-f", "null", "-")


def streams_of(path: Path) -> dict[str, Fraction]:
    """Seconds of each kind of stream, as the container says."""
    with av.open(str(path)) as container:
        return {stream.type: stream.duration * stream.time_base for stream in container.streams}
