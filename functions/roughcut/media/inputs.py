"""How FFmpeg opens a file: always one demuxer, chosen by us, and no protocol but `file`."""

from fractions import Fraction
from pathlib import Path

from roughcut.media.codecs import DECODERS
from roughcut.media.partial import Stretch
from roughcut.media.rates import nominal
from roughcut.media.sources import Clip

LARGEST_PICTURE = 66_000_000  # pixels; 64 million of a still (the contract), and the edge that decoders add to it
LARGEST_FRAME = 8192 * 4352  # pixels: "8K" of every camera; a decoder holds many of them
MOST_STREAMS = 64  # a broadcast recording has a dozen
_LOOK_AHEAD = ("-probesize", "20M", "-analyzeduration", "10M")  # bytes and microseconds until all streams are known

# Seconds by which a seek goes too early. An index leads to the key frame before; without one FFmpeg guesses a place in
# the file and decoding begins at the next key frame, so it must be more than a GOP early (encoders rarely exceed 10 s).
_EARLY = {"mov": 1, "matroska": 1, "avi": 12, "mpegts": 12, "mpeg": 12}


def opened(path: Path, demuxer: str, *options: str) -> list[str]:
    """Arguments that open `path`; what is in it may name no other file, no other container and no other decoder."""
    most_pixels = LARGEST_PICTURE if demuxer.endswith("_pipe") else LARGEST_FRAME
    limits = ["-max_pixels", str(most_pixels), "-max_streams", str(MOST_STREAMS), *_LOOK_AHEAD]
    whitelists = ["-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", DECODERS]
    return [*options, *limits, *whitelists, "-f", demuxer, "-i", f"file:{path}"]


def joined(listing: Path, demuxer: str) -> list[str]:
    """Arguments that open a list of our own files as one; see `listing_of`."""
    whitelists = ["-protocol_whitelist", "file", "-format_whitelist", f"concat,{demuxer}"]
    # Left to itself, it repeats the parameter sets in the samples, where a file with an avcC record may have none.
    return [*whitelists, "-f", "concat", "-auto_convert", "0", "-i", f"file:{listing}"]


def listing_of(files: list[tuple[str, int]]) -> str:
    """The concat demuxer's script: names beside it, each with its exact length in microseconds."""
    return "".join(f"file '{name}'\nduration {microseconds}us\n" for name, microseconds in files)


def early_seek(clip: Clip, frame: int, rate: Fraction) -> list[str]:
    """Arguments that begin reading well before a frame of a clip; the filters then find it by its time.

    What could not be remuxed (see `remux_command`) is decoded from its start.
    """
    second = sought_second(clip, frame, rate)
    return ["-noaccurate_seek", "-ss", str(second)] if second else []


def sought_second(clip: Clip, frame: int, rate: Fraction) -> int | None:
    """Seconds after the file's start; None if it is read from there."""
    if clip.demuxer not in _EARLY:
        return None
    second = grid_frame(frame, rate) // nominal(rate) - _EARLY[clip.demuxer]
    return second if second > 0 else None


def stretch(clip: Clip, first: int, frames: int, rate: Fraction) -> Stretch:
    """What is read of a clip for so many frames from one on."""
    second, start = sought_second(clip, first, rate), Fraction(clip.start_us, 1_000_000)
    return Stretch(Fraction(0) if second is None else start + second, start + (first + frames) / rate + 1)


def grid_frame(frame: int, rate: Fraction) -> int:
    """The last frame up to `frame` that begins on a whole second (1.001 s at rates of /1001).

    Only such times are exact in every container's ticks, so only from them do two chunks count the same frames.
    """
    return frame - frame % nominal(rate)
