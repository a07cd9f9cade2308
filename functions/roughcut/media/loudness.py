"""How loud a film is, and the one gain that brings it to where it should be. Source: EBU R 128, ITU-R BS.1770-5.

Loudness is gated by the mean of the whole film, which no mean of its runs can tell. So a run notes how many of its
blocks of 400 ms, one every 100 ms, have which loudness: these numbers add up.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from roughcut.media.rates import SAMPLE_RATE

TARGET = -16.0  # LUFS
CEILING = -1.5  # dBTP, before AAC, which adds some tenths of its own
TOLERANCE = 1.0  # LU
MEASURES = "loudness.txt"
_SILENCE, _RELATIVE_GATE = -70.0, -10.0

# What lies between two samples is seen at four times their rate (BS.1770, annex 2): on plain samples a limiter lets
# 0.8 dB more of a tone through, 6 dB more of noise. Going back to the plain rate adds 0.2 dB to a click.
_MARGIN = 0.3
_LIMITER = f"alimiter=limit={10 ** ((CEILING - _MARGIN) / 20):.4f}:level=false:latency=true"
_OVERSAMPLED = f"aresample={4 * SAMPLE_RATE},{_LIMITER},aresample={SAMPLE_RATE}"

Blocks = Mapping[int, int]  # tenths of LUFS -> how many


def measuring() -> str:
    """A filter that writes each block's loudness to `MEASURES` and passes the sound on."""
    return f"ebur128=metadata=1:framelog=quiet,ametadata=mode=print:key=lavfi.r128.M:file={MEASURES}"


def louder(gain: float) -> str:
    """A filter: so many dB louder, no peak above the ceiling."""
    return f"aformat=sample_fmts=flt,volume={gain:.2f}dB,{_OVERSAMPLED}"


def blocks_of(measures: str) -> Counter[int]:
    """From what `measuring` wrote; blocks of silence are left out."""
    found = map(float, re.findall(r"(?m)^lavfi\.r128\.M=(\S+)", measures))
    return Counter(round(10 * loudness) for loudness in found if loudness > _SILENCE)


def integrated(runs: Iterable[Blocks]) -> float | None:
    """Of a film from the blocks of all its runs, in LUFS; None if it is silent."""
    blocks: Counter[int] = Counter()
    for run in runs:
        blocks.update(run)
    if not blocks:
        return None
    gate = _mean(blocks) + _RELATIVE_GATE
    return _mean({tenths: count for tenths, count in blocks.items() if tenths / 10 > gate})


def gain_for(loudness: float | None) -> float:
    """In dB. Silence stays as it is."""
    return 0.0 if loudness is None else TARGET - loudness


def shortfall(loudness: float | None) -> str | None:
    """Why a film that was to be normalized is not at the target; None if it is."""
    if loudness is None:
        return "The film is silent: there is no loudness to normalize."
    if abs(loudness - TARGET) <= TOLERANCE:
        return None
    return (
        f"The film's loudness is {loudness:.1f} LUFS instead of {TARGET:.0f}: "
        f"its peaks are limited to {CEILING} dBTP, and what is below them is too quiet."
    )


def _mean(blocks: Blocks) -> float:
    """The loudness of the mean power."""
    power = sum(count * 10 ** (tenths / 100) for tenths, count in blocks.items())
    return 10 * math.log10(power / sum(blocks.values()))
