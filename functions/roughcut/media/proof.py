"""Whether a film is what was planned, from its packets. An exit code proves nothing."""

from collections.abc import Iterator
from fractions import Fraction

from roughcut.media.packets import Stream
from roughcut.media.rates import SAMPLE_RATE, gop_frames

AAC_FRAME = 1024  # samples


def picture_faults(stream: Stream | None, frames: int, rate: Fraction, *, has_gops: bool = True) -> list[str]:
    """Each a clause: wrong number of frames, a frame off the grid, a GOP that does not begin with a key frame.

    Copied pictures have their source's GOPs, not ours.
    """
    if stream is None:
        return ["it has no pictures"]
    faults = list(_grid_faults(stream, frames, rate))
    return [*faults, *_gop_faults(stream, frames, rate)] if has_gops else faults


def sound_faults(stream: Stream | None, samples: int) -> list[str]:
    """Sound must be as long as planned to within one AAC frame."""
    if stream is None:
        return ["it has no sound"]
    missing = samples - stream.end * SAMPLE_RATE
    return [] if abs(missing) <= AAC_FRAME else [f"its sound is {float(missing):.0f} samples short"]


def _grid_faults(stream: Stream, frames: int, rate: Fraction) -> Iterator[str]:
    if len(stream.packets) != frames:
        yield f"it has {len(stream.packets)} frames instead of {frames}"
    shown = sorted(stream.shown_times)
    wrong = next((index for index, time in enumerate(shown) if time != index / rate), None)
    if wrong is not None:
        yield f"frame {wrong} is shown at {float(shown[wrong]):.6f} s instead of {float(wrong / rate):.6f} s"


def _gop_faults(stream: Stream, frames: int, rate: Fraction) -> Iterator[str]:
    keys = {packet.shown_at * stream.tick for packet in stream.packets if packet.is_key}
    gop = gop_frames(rate)
    missing = next((index for index in range(0, frames, gop) if index / rate not in keys), None)
    if missing is not None:
        yield f"frame {missing} is no key frame"
