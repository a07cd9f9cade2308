"""What is read out of files and listings without FFmpeg."""

import io
from fractions import Fraction

import pytest

from roughcut.media.flac import flac_samples
from roughcut.media.magic import described, image_demuxer, video_demuxer
from roughcut.media.mp4 import avc_configuration, codec_string
from roughcut.media.packets import streams
from roughcut.media.playlists import Rates, Segment, Variant, master_playlist, rates, segments
from roughcut.media.proof import picture_faults, sound_faults
from roughcut.media.thumbnails import Candidate, best, score

HEADER = ["#tb 0: 1/30", "#media_type 0: video", "#tb 1: 1/48000", "#media_type 1: audio"]


def listing(*frames: str) -> list[str]:
    return [*HEADER, *frames]


def grid(count: int, *, key_at: int = 0) -> list[str]:
    return listing(*(f"0, {i}, {i}, 1, 9, 0x0{'' if i == key_at else ', F=0x0'}" for i in range(count)))


def test_packets_have_exact_times_and_hidden_ones_do_not_count():
    found = streams(listing("0, 0, 2, 1, 10, 0x1", "0, 1, 3, 1, 10, 0x1, F=0x0", "0, 2, 4, 1, 10, 0x1, F=0x4"))
    assert found[0].shown_times == [Fraction(2, 30), Fraction(3, 30)] and found[0].end == Fraction(4, 30)
    assert [packet.is_key for packet in found[0].packets] == [True, False]


def test_a_packet_without_a_time_is_shown_as_soon_as_the_others_after_decoding():
    missing = -(1 << 63)
    found = streams(listing("0, 0, 1, 1, 10, 0x1", f"0, 1, {missing}, 1, 10, 0x1, F=0x0"))
    assert found[0].end == Fraction(3, 30)


def test_the_last_picture_to_be_decoded_may_be_the_last_shown_although_it_does_not_say_so():
    rows = ["0, 0, 1, 1, 9, 0x1", "0, 1, 3, 1, 9, 0x1", "0, 2, 2, 1, 9, 0x1", f"0, 3, {-(1 << 63)}, 1, 9, 0x1"]
    found = streams(listing(*rows, "0, 4, 4, 1, 9, 0x1"))
    assert [time * 30 for time in found[0].shown_times] == [1, 3, 2, 5, 4]


def test_a_film_on_the_grid_has_no_fault():
    assert picture_faults(streams(grid(60))[0], 60, Fraction(30)) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (grid(59), "it has 59 frames instead of 60"),
        (listing("0, 1, 1, 1, 9, 0x0"), "frame 0 is shown at 0.033333 s instead of 0.000000 s"),
        (grid(60, key_at=5), "frame 0 is no key frame"),
    ],
)
def test_a_film_off_the_plan_says_how(lines, fault):
    assert fault in picture_faults(streams(lines)[0], 60, Fraction(30))


def test_a_missing_stream_is_a_fault():
    assert picture_faults(None, 1, Fraction(30)) == ["it has no pictures"] and sound_faults(None, 1) == [
        "it has no sound"
    ]


def test_sound_may_be_one_aac_frame_longer_or_shorter():
    sound = streams(listing("1, 0, 0, 1024, 9, 0x0"))[1]
    assert sound_faults(sound, 2048) == [] and sound_faults(sound, 2049) == ["its sound is 1025 samples short"]


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\0\0\0\x18ftypisom", "mov"),
        (b"\x1a\x45\xdf\xa3", "matroska"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"RIFF\0\0\0\0WEBPVP8 ", None),
        ((b"G" + bytes(187)) * 4, "mpegts"),
        (bytes(4) + (b"G" + bytes(191)) * 4, "mpegts"),
        (b"G" * 3, None),
        (b"\0\0\x01\xba", "mpeg"),
        (b"#EXTM3U", None),
        (b"", None),
    ],
)
def test_the_first_bytes_decide_the_demuxer(head, demuxer):
    assert video_demuxer(head) == demuxer


def test_images_are_png_jpeg_or_webp():
    heads = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"<svg"]
    assert [image_demuxer(head) for head in heads] == ["png_pipe", "jpeg_pipe", "webp_pipe", None, None]


def test_a_stranger_is_described_in_words():
    assert described(b"\xef\xbb\xbf  #EXTM3U") == "a playlist"
    assert described("Grüße".encode()) == "text" and described(b"\0\1\2\xff") == "of no known format"


def test_the_avc_record_is_found_in_the_index_box():
    record = bytes([1, 0x64, 0, 0x1F, 0xFF])
    inner = (len(record) + 8).to_bytes(4) + b"avcC" + record
    moov = (len(inner) + 8).to_bytes(4) + b"moov" + inner
    file = io.BytesIO((16).to_bytes(4) + b"mdat" + bytes(8) + moov)
    assert avc_configuration(file) == record and codec_string(record) == "avc1.64001f"


def test_a_file_without_an_avc_record_is_refused():
    with pytest.raises(ValueError, match="no avcC"):
        avc_configuration(io.BytesIO(b""))


def test_flac_samples_are_36_bits():
    head = bytearray(42)
    head[21:26] = ((0xA << 36) | 0x123456789).to_bytes(5)
    assert flac_samples(bytes(head)) == 0x123456789


def test_a_media_playlist_is_read_by_its_byte_ranges():
    text = "#EXTINF:6.000000,\n#EXT-X-BYTERANGE:600@100\na.mp4\n#EXTINF:1.500000,\n#EXT-X-BYTERANGE:900@700\na.mp4\n"
    assert segments(text) == [Segment(6.0, 600), Segment(1.5, 900)]


def test_a_short_last_segment_is_no_peak():
    assert rates([Segment(6, 600), Segment(1, 900)]) == Rates(peak=800, average=1714)
    assert rates([Segment(1, 900)]).peak == 7200


def test_a_master_playlist_adds_the_sound_to_every_rate():
    variant = Variant("720p", 1280, 720, 29.97, "avc1.64001f", "audio-128k", Rates(1000, 500), Rates(100, 90))
    lines = master_playlist([variant]).splitlines()
    assert lines[-2] == (
        '#EXT-X-STREAM-INF:BANDWIDTH=1100,AVERAGE-BANDWIDTH=590,CODECS="avc1.64001f,mp4a.40.2",'
        'RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio-128k"'
    )
    assert lines[-1] == "720p.m3u8" and lines[2] == "#EXT-X-INDEPENDENT-SEGMENTS"


def measures(light, low, high, blur):
    return {f"signalstats.{k}": str(v) for k, v in (("YAVG", light), ("YLOW", low), ("YHIGH", high))} | {
        "blur": str(blur)
    }


def test_a_sharp_bright_picture_beats_black_flat_and_blurred_ones():
    good = score(measures(120, 40, 200, 3))
    worse = [measures(17, 16, 18, 3), measures(120, 118, 122, 3), measures(230, 200, 235, 3), measures(120, 40, 200, 9)]
    assert all(score(one) < good for one in worse)


def test_a_clip_however_poor_stands_before_a_slide_and_the_earlier_before_the_later():
    clip, slide = Candidate("a", 50, 0.1, False), Candidate("b", 2, 1.9, True)
    assert best([slide, clip]) == clip and best([Candidate("c", 70, 0.1, False), clip]) == clip
