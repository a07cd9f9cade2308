"""Which bytes of a long clip are read, against where PyAV says that its packets lie."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roughcut.media.mp4_index import Index, read_index
from roughcut.media.partial import Stretch, opening, read
from roughcut.media.ranges import Range, missing
from tests.media.long_clips import CLIPS, SECONDS, made

OPENED_SECONDS, EARLIER = 10, Fraction(3, 23)  # as FFmpeg opens a file, and by which it seeks earlier for B-frames


@dataclass(frozen=True)
class Packet:
    kind: str
    place: Range
    begin: Fraction  # when it is decoded
    end: Fraction
    is_key: bool


@cache
def listed(path: Path) -> tuple[Index, list[Packet]]:
    with path.open("rb") as file:
        index = read_index(file, path.stat().st_size)
    with av.open(str(path)) as container:
        streams = [stream for stream in container.streams if stream.type in ("video", "audio")]
        packets = [packet_of(packet) for packet in container.demux(streams) if packet.size]
    assert index and len({packet.kind for packet in packets}) == 2
    return index, packets


def packet_of(packet: av.Packet) -> Packet:
    begin = packet.dts * packet.time_base
    place = Range(packet.pos, packet.pos + packet.size)
    return Packet(packet.stream.type, place, begin, begin + packet.duration * packet.time_base, packet.is_keyframe)


def needed(packets: list[Packet], kind: str, stretch: Stretch) -> list[Packet]:
    """From the key picture on to which FFmpeg seeks, sound of its time too, until the end."""
    keys = [packet.begin for packet in packets if packet.kind == "video" and packet.is_key]
    since = max((key for key in keys if key <= stretch.begin - EARLIER), default=keys[0])
    return [one for one in packets if one.kind == kind and one.end >= since and one.begin <= stretch.end]


@pytest.mark.parametrize("kind", ["video", "audio"])
@pytest.mark.parametrize("name", CLIPS)
@given(begin=st.fractions(0, SECONDS), seconds=st.fractions(0, SECONDS))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_every_packet_that_a_stretch_needs_is_read(clips, name, kind, begin, seconds):
    index, packets = listed(made(clips, name))
    stretch = Stretch(begin, begin + seconds)
    wanted = needed(packets, kind, stretch)
    assert missing([packet.place for packet in wanted], read(index, kind, [stretch])) == []


@pytest.mark.parametrize("name", CLIPS)
def test_every_packet_that_ffmpeg_looks_at_when_it_opens_a_clip_is_read(clips, name):
    index, packets = listed(made(clips, name))
    first = [packet.place for packet in packets if packet.begin <= OPENED_SECONDS]
    assert first and missing(first, opening(index)) == []
