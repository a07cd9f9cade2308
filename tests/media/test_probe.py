"""What is no clip is refused in one sentence that names it."""

from fractions import Fraction

import pytest

from roughcut.jobs.errors import SourceMissing, SourceUnreadable
from roughcut.media.rates import snapped
from roughcut.media.sizes import Size
from roughcut.stages.probe import probe
from tests.media.clips import AAC, ffmpeg, flash
from tests.media.film import SESSION, a_room


def look(studio, name):
    with a_room() as room:
        return probe(name, f"sessions/{SESSION}/videos/{name}", media=studio.media, room=room, place="clip")


def refusal(studio, name, body):
    studio.media.objects[f"sessions/{SESSION}/videos/{name}"] = body
    with pytest.raises(SourceUnreadable) as refused:
        look(studio, name)
    assert refused.value.clip == name
    assert name in refused.value.problem and "\n" not in refused.value.problem and "/tmp" not in refused.value.problem
    return refused.value.problem


def test_a_clip_is_seen_as_its_decoder_sees_it(studio, clips):
    path = flash(clips / "seen.mp4", size="240x180", rate="30000/1001", filters="setsar=4/3")
    clip = look(studio, *studio.upload(path))
    assert clip.look.display_size == Size(320, 180)
    assert clip.rate == Fraction(30000, 1001)
    assert clip.duration == pytest.approx(2.002, abs=0.001)
    assert clip.has_audio and not clip.look.is_interlaced and not clip.look.is_hdr


def test_interlaced_full_range_and_hdr_are_seen(studio, clips):
    laced = ("-c:v", "mpeg2video", "-q:v", "3", "-flags", "+ildct+ilme", "-field_order", "tt")
    one = flash(clips / "laced.mpg", video=laced, audio=None, filters="setfield=tff")
    colours = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-color_range", "tv")
    tags = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
    ten_bit = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le")
    two = flash(clips / "hdr.mp4", video=(*ten_bit, *colours), audio=None, filters=tags)
    names = studio.upload(one, two)
    assert look(studio, names[0]).look.is_interlaced
    assert look(studio, names[1]).look.is_hdr


def test_a_clip_that_is_not_there_is_named(studio):
    with pytest.raises(SourceMissing) as missing:
        look(studio, "gone.mp4")
    assert missing.value.clip == "gone.mp4"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b"Dear diary, this is no film.\n" * 40, "is text"),
        (b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n", "is a playlist"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "is a playlist"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG drawing"),
        (b"\x89PNG\r\n\x1a\n" + bytes(600), "is a picture"),
        (bytes(range(256)) * 4, "is of no known format"),
        (b"\0\0\0\x18ftypisom" + bytes(4000), "cannot be read"),
    ],
)
def test_what_is_no_video_is_refused_by_what_it_is(studio, body, reason):
    assert reason in refusal(studio, "talk.mp4", body)


def test_half_a_file_is_refused(studio, plain):
    body = plain.read_bytes()
    assert "cannot be read" in refusal(studio, "half.mp4", body[: len(body) // 2])


def test_sound_alone_is_refused(studio, clips):
    path = clips / "sound.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", *AAC, path)
    assert "it has no video" in refusal(studio, "sound.mp4", path.read_bytes())


def test_a_picture_on_a_song_is_no_video(studio, clips):
    path = clips / "song.m4a"
    inputs = ("-f", "lavfi", "-i", "sine=d=1", "-f", "lavfi", "-i", "color=red:s=64x64:d=0.04")
    cover = ("-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v:0", "attached_pic")
    ffmpeg(*inputs, *cover, *AAC, path)
    assert "it has no video" in refusal(studio, "song.mp4", path.read_bytes())


def test_one_picture_is_a_clip_of_one_frame(studio, clips):
    path = flash(clips / "short.mp4", seconds=0.03, audio=None)
    clip = look(studio, *studio.upload(path))
    assert snapped(clip.rate) == 30
    assert clip.duration == pytest.approx(1 / 30, abs=0.001)
