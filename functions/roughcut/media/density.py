"""How much work a long clip is: three samples of it, encoded as a chunk would be, and what they weigh."""

from fractions import Fraction
from pathlib import Path

from roughcut.media.chunk_command import x264
from roughcut.media.chunks import LONGEST_FILM_SECONDS
from roughcut.media.conform import SETTLED
from roughcut.media.inputs import opened
from roughcut.media.ladder import TABLE
from roughcut.media.partial import Stretch
from roughcut.media.rates import nominal, snapped
from roughcut.media.sizes import Size, shrunk
from roughcut.media.sources import Clip

LONG_SECONDS = 600  # from this length on a clip is sampled
MOST_SAMPLED = 30  # clips of a film: more would take the time in which all of them must be looked at
_SAMPLE_SECONDS = 2
_PLACES = (0.2, 0.5, 0.8)  # of the clip
_RUNG = next(rung for rung in TABLE if rung.name == "720p")
SAMPLES = tuple(f"sample-{number}.mp4" for number in range(len(_PLACES)))


def is_worth_sampling(clip: Clip) -> bool:
    """A clip without an index would be read from its start, three times; what no film can hold is refused later."""
    return LONG_SECONDS <= clip.duration <= LONGEST_FILM_SECONDS and clip.demuxer in ("mov", "matroska")


def samples_command(clip: Clip, path: Path, folder: Path) -> list[str]:
    """Writes `SAMPLES` into the folder."""
    size, rate = _size(clip), snapped(clip.rate)
    inputs = [argument for place in _PLACES for argument in _opened(clip, path, place)]
    outputs: list[str] = []
    for number, name in enumerate(SAMPLES):
        outputs += ["-map", f"{number}:v:0", "-filter:v", f"fps={rate},scale={size.width}:{size.height},{SETTLED}"]
        outputs += ["-frames:v", str(_frames(clip)), *x264(_RUNG, rate), f"file:{folder / name}"]
    return ["-v", "error", *inputs, *outputs]


def sampled_stretches(clip: Clip) -> list[Stretch]:
    """What is read of the clip's file."""
    start, seconds = Fraction(clip.start_us, 1_000_000), [_second(clip, place) for place in _PLACES]
    return [Stretch(start + second, start + second + 2 * _SAMPLE_SECONDS) for second in seconds]


def density(clip: Clip, weights: list[int]) -> int:
    """kbit for a million pixels, from the bytes of each sample: of the heaviest, since a chunk may be all like it."""
    size = _size(clip)
    return round(8 * max(weights) / 1000 / (_frames(clip) * size.width * size.height / 1e6))


def _size(clip: Clip) -> Size:
    return shrunk(clip.look.display_size, _RUNG.size.turned_like(clip.look.display_size))


def _frames(clip: Clip) -> int:
    return _SAMPLE_SECONDS * nominal(snapped(clip.rate))


def _opened(clip: Clip, path: Path, place: float) -> list[str]:
    return opened(path, clip.demuxer, "-noaccurate_seek", "-ss", str(_second(clip, place)))


def _second(clip: Clip, place: float) -> int:
    return int(float(clip.duration) * place)
