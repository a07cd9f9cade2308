"""What the work of a film takes, foreseen from its sources and rungs: a worker's seconds, memory and disk.

Encoding is priced by *density*, the bits that our encoder needs for a million pixels of a clip. Measured on five kinds
of film at three sizes (benchmarks/density.py), it tells the processor time within a half. A long clip's density is
that of three samples of it. It is the same on every machine and at every load, so a retry makes the same plan and finds
its finished chunks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from roughcut.media.edit import Edit, Part
from roughcut.media.ladder import Rung
from roughcut.media.partial import Kind, Load
from roughcut.media.rates import nominal
from roughcut.media.sources import Clip, Slide, Source

MIB = 1 << 20
DENSE = 130  # kbit for a million pixels, of a clip that was not sampled: busier than most films
STILL = 15  # of a slide
LENGTHS = (120, 60, 30, 12, 6)  # seconds of a chunk
UNSAMPLED_LENGTH = 60  # at most, where the clip was not looked at
_AIM = 120 * 1.4  # seconds of its worker that a chunk may be planned to take: about 120

# Processor seconds for a million pixels. Encoded, by preset: without the bits, and for each kbit of them.
PRICES = {"veryfast": (0.006, 0.00012), "faster": (0.009, 0.0002), "fast": (0.010, 0.00025), "medium": (0.014, 0.00034)}
_DECODED, _TONE_MAPPED = 0.003, 0.03
_SOUND = 0.01  # for a second of sound, decoded and conformed
_AAC = 0.025  # for a second of sound, encoded
_SLOWER = 1.5  # than the measured processor (a Zen 4) a worker's may be on AWS
_BYTES_A_SECOND = 75e6  # from and to the bucket; source: the 600 Mbit/s that a Lambda of this size gets
_START = 2.0  # seconds of any step
_PAINTED = 0.2  # processor seconds of a slide
_PYTHON = 233  # MiB of a function's memory
_FLAC = 140_000  # bytes for a second of stereo sound at the most usual
_MUXED = 1.05  # what a container adds


@dataclass(frozen=True, slots=True)
class Worker:
    """What the template gives a function: it ends itself 20 s before Lambda would, and Python has some of its memory.

    `processors` is how many its work keeps busy.
    """

    name: str
    seconds: int
    memory_mib: int
    disk_mib: int
    processors: float

    @property
    def gb(self) -> float:
        """What each second of it is billed as."""
        return (self.memory_mib + _PYTHON) / 1024

    def seconds_for(self, processor_seconds: float, moved_bytes: float) -> float:
        """How long such work takes it."""
        return _START + processor_seconds * _SLOWER / self.processors + moved_bytes / _BYTES_A_SECOND


ENCODER = Worker("chunk-encoder", 880, 5307 - _PYTHON, 10_240, 2.55)
PACKAGER = Worker("video-optimizer", 880, 3538 - _PYTHON, 10_240, 1)
LOOKER = Worker("video-stitcher", 880, 1769 - _PYTHON, 10_240, 1)
PAINTER = Worker("slide-generator", 280, 1769 - _PYTHON, 512, 1)
MOST_ENCODERS, MOST_PACKAGERS = 40, 7  # at once, in the state machine's Maps: MapConcurrency by default, and for good
MOST_FETCHED = ENCODER.disk_mib * MIB // 2  # of sources: a remux needs as much again


def as_many_as(worker: Worker, processors: int) -> float:
    """How many such workers' work a machine does whose own processors are as fast as the measured one."""
    return processors * _SLOWER / worker.processors


def chunk_length(source: Source, rate: Fraction, rungs: Sequence[Rung]) -> int:
    """Seconds of a chunk that shows this source: about 120 s of its worker."""
    longest = LENGTHS[0] if isinstance(source, Clip) and source.density is not None else UNSAMPLED_LENGTH
    cost = ENCODER.seconds_for(processor_seconds(source, nominal(rate), rungs), 0) - _START
    return next((length for length in LENGTHS if length <= longest and length * cost <= _AIM), LENGTHS[-1])


def processor_seconds(source: Source, frames: int, rungs: Sequence[Rung]) -> float:
    """To read so many frames of a source and encode them at every rung."""
    encoded = sum(_pixels(rung) * encoded_seconds(rung, _density(source)) for rung in rungs)
    if isinstance(source, Slide):
        return frames * encoded
    converted = _TONE_MAPPED * _pixels(rungs[0]) if source.look.is_hdr else 0
    return frames * (encoded + converted + _DECODED * _seen(source))


def encoded_seconds(rung: Rung, density: float) -> float:
    """Processor seconds of a million pixels."""
    pixels, kbit = PRICES[rung.preset]
    return pixels + kbit * density


def sound_seconds(seconds: float) -> float:
    return _SOUND * seconds


def painted_seconds(slides: int) -> float:
    """Of the call that draws them."""
    return PAINTER.seconds_for(_PAINTED * slides, 0)


def memory_mib(shown: Iterable[Source], rungs: Sequence[Rung]) -> int:
    """Of a chunk: its encoders look ahead, and every source has a decoder and filters of its own."""
    encoded = sum(map(_pixels, rungs))
    return round(100 + 160 * encoded + sum(6 * encoded + 20 * _seen(source) for source in shown))


def fetched_load(shown: Iterable[tuple[Source, Fraction]], kind: Kind) -> Load:
    """Of clips, each once, for so many seconds each time it is shown; slides are small."""
    lengths: dict[Clip, list[float]] = {}
    for source, seconds in shown:
        if isinstance(source, Clip):
            lengths.setdefault(source, []).append(float(seconds))
    return sum((clip.load(kind, seconds) for clip, seconds in lengths.items()), Load(0, 0))


def picture_bytes(edit: Edit, rung: Rung) -> float:
    """Of the film's pictures at a rung."""
    return sum(_part_bytes(edit, part, rung) for part in edit.parts) * _MUXED


def flac_bytes(edit: Edit) -> float:
    return _FLAC * float(edit.duration)


def aac_seconds(edit: Edit) -> float:
    return _AAC * float(edit.duration)


def _part_bytes(edit: Edit, part: Part, rung: Rung) -> float:
    source = edit.sources[part.source]
    if part.is_copied and isinstance(source, Clip):
        return source.size_bytes
    bits = 1000 * part.frames * _pixels(rung) * _written_density(source)
    most = 1000 * rung.maxrate * float(part.frames / edit.canvas.rate)
    return min(bits, most) / 8


def _density(source: Source) -> float:
    if isinstance(source, Slide):
        return STILL
    return DENSE if source.density is None else source.density


def _written_density(source: Source) -> float:
    """A clip that was not sampled seldom needs more bits than it has, unless its own codec was a better one."""
    if isinstance(source, Slide) or source.density is not None:
        return _density(source)
    own = 8 * source.size_bytes / 1000 / max(1.0, _seen(source) * float(source.duration * source.rate))
    return min(DENSE, 1.5 * own)


def _seen(source: Source) -> float:
    """Million pixels of a picture as it is decoded."""
    size = source.look.size if isinstance(source, Clip) else source.size
    return size.width * size.height / 1e6


def _pixels(rung: Rung) -> float:
    return rung.width * rung.height / 1e6
