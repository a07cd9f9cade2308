"""HLS playlists. Source: RFC 8216 and its successor draft-pantos-hls-rfc8216bis."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from roughcut.media.mp4 import codec_string

AUDIO_CODEC = "mp4a.40.2"  # AAC-LC


@dataclass(frozen=True, slots=True)
class Segment:
    """A byte range of a rendition; seconds."""

    seconds: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Bits per second of a rendition: its heaviest segment, and all of it."""

    peak: int
    average: int


@dataclass(frozen=True, slots=True)
class Variant:
    """One line of a master playlist. `audio` is the name of the audio rendition it plays with."""

    name: str
    width: int
    height: int
    rate: float
    codec: str
    audio: str
    video_rates: Rates
    audio_rates: Rates


def segments(playlist: str) -> list[Segment]:
    """From a media playlist of byte ranges."""
    pairs = re.findall(r"#EXTINF:([\d.]+),.*\n#EXT-X-BYTERANGE:(\d+)", playlist)
    return [Segment(float(seconds), int(size)) for seconds, size in pairs]


def rates(listed: Sequence[Segment]) -> Rates:
    """As measured. A last segment much shorter than the others says little about the rate, unless it is alone."""
    longest = max(segment.seconds for segment in listed)
    whole = [segment for segment in listed if segment.seconds >= longest / 2]
    peak = max(8 * segment.size_bytes / segment.seconds for segment in whole)
    total = 8 * sum(segment.size_bytes for segment in listed) / sum(segment.seconds for segment in listed)
    return Rates(round(peak), round(total))


def master_playlist(variants: Sequence[Variant]) -> str:
    """Largest first, each with its audio; every number measured."""
    sounds = dict.fromkeys(variant.audio for variant in variants)
    return "\n".join(
        [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            *(_audio(name) for name in sounds),
            *(line for variant in variants for line in (_stream(variant), f"{variant.name}.m3u8")),
            "",
        ]
    )


def _audio(name: str) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{name}",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        f'URI="{name}.m3u8"'
    )


def _stream(variant: Variant) -> str:
    attributes: dict[str, Any] = {
        "BANDWIDTH": variant.video_rates.peak + variant.audio_rates.peak,
        "AVERAGE-BANDWIDTH": variant.video_rates.average + variant.audio_rates.average,
        "CODECS": f'"{variant.codec},{AUDIO_CODEC}"',
        "RESOLUTION": f"{variant.width}x{variant.height}",
        "FRAME-RATE": f"{variant.rate:.3f}",
        "AUDIO": f'"{variant.audio}"',
    }
    return "#EXT-X-STREAM-INF:" + ",".join(f"{name}={value}" for name, value in attributes.items())


def variant_codec(configuration: str) -> str:
    """From an avcC record in hexadecimal."""
    return codec_string(bytes.fromhex(configuration))
