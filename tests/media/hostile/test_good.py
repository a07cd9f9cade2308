"""What people really upload is not refused, however odd it looks."""

from pathlib import Path

import pytest

from roughcut.media.codecs import DECODERS
from roughcut.stages.probe import probe
from tests.media.clips import AAC, H264, ffmpeg
from tests.media.film import SESSION, a_room
from tests.media.hostile.atoms import box, inserted
from tests.media.hostile.bombs import title

SAMPLES = Path(__file__).parents[3] / "samples"
MPEG2, MP2 = ("-c:v", "mpeg2video"), ("-c:a", "mp2")

# By file name: FFmpeg's options after a small moving picture and a tone.
CLIPS = {
    "plain.mp4": (*H264, *AAC),
    "silent.mp4": (*H264, "-an"),
    "faststart.mp4": (*H264, *AAC, "-movflags", "+faststart"),
    "fragmented.mp4": (*H264, *AAC, "-movflags", "+frag_keyframe+empty_moov"),
    "phone.mov": (*H264, "-c:a", "pcm_s16le"),
    "timecode.mov": (*H264, *AAC, "-timecode", "01:00:00:00"),
    "edited.mov": ("-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s24le"),
    "avid.mov": ("-s", "1280x720", "-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-c:a", "pcm_s16le"),
    "animation.mov": ("-c:v", "qtrle", "-c:a", "alac"),
    "still.mov": ("-c:v", "png", "-c:a", "pcm_s16be"),
    "old.mov": ("-c:v", "svq1", "-c:a", "adpcm_ima_qt"),
    "hevc.mp4": ("-c:v", "libx265", "-x265-params", "log-level=none", "-c:a", "ac3"),
    "surround.mkv": (*H264, "-ac", "6", "-c:a", "eac3"),
    "broadcast.mkv": (*H264, "-ac", "2", "-c:a", "dca", "-strict", "-2"),
    "lossless.mkv": ("-c:v", "ffv1", "-c:a", "flac"),
    "archive.mkv": ("-c:v", "utvideo", "-c:a", "wavpack"),
    "raw.avi": ("-c:v", "rawvideo", "-c:a", "pcm_u8"),
    "web.webm": ("-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus"),
    "older.webm": ("-c:v", "libvpx", "-c:a", "libvorbis"),
    "next.webm": ("-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus"),
    "camera.avi": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    "divx.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "older.avi": ("-c:v", "msmpeg4", "-c:a", "wmav2"),
    "oldest.avi": ("-c:v", "cinepak", "-c:a", "adpcm_ima_wav"),
    "screen.flv": ("-c:v", "flashsv", "-c:a", "libmp3lame"),
    "page.flv": ("-c:v", "flv", "-c:a", "nellymoser"),
    "meeting.wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
    "television.ts": (*MPEG2, *MP2),
    "camcorder.m2ts": (*H264, "-c:a", "ac3", "-mpegts_m2ts_mode", "1"),
    "disc.vob": (*MPEG2, "-c:a", "ac3"),
    "cd.mpg": ("-c:v", "mpeg1video", *MP2),
    "tape.mov": ("-s", "720x576", "-pix_fmt", "yuv420p", "-c:v", "dvvideo", "-c:a", "pcm_s16le"),
    "free.ogv": ("-c:v", "libtheora", "-c:a", "libvorbis"),
    "feature-phone.3gp": ("-s", "176x144", "-c:v", "h263", "-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb"),
    "tiny.mp4": ("-s", "16x16", *H264, *AAC),
    "strip.mkv": ("-s", "2048x16", *H264, "-an"),
    "fast.mp4": ("-r", "240", *H264, *AAC),
    "slow.mp4": ("-r", "1", *H264, *AAC),
    "studio.mkv": (*H264, "-ar", "192000", "-c:a", "pcm_f32le"),
    "radio.mov": (*H264, "-ar", "8000", "-c:a", "pcm_mulaw"),
}
NAMES = [
    *("concat:a|b.mp4", "pipe:0", "-i.mp4", "%03d.mp4", "a;rm -rf b.mp4", "$(id).mp4", "file.mp4?x=1#y", "talk.exe"),
    *("déjà vu 🎬.mp4", "\u202egpj.mp4", "'quoted\".mp4", "data:video,mp4", "[out0].mp4", "no-extension"),
]


@pytest.fixture
def seen(studio):
    """Looks at a clip of the bucket."""

    def look(name: str, body: bytes):
        key = f"sessions/{SESSION}/videos/{name}"
        studio.media.objects[key] = body
        with a_room() as room:
            return probe(name, key, media=studio.media, room=room, place="clip")

    return look


@pytest.fixture(scope="module")
def plain(clips) -> bytes:
    return made(clips / "plain.mp4", *CLIPS["plain.mp4"])


def made(path: Path, *options: str, seconds: float = 0.6) -> bytes:
    picture, tone = f"testsrc2=s=352x288:r=25:d={seconds}", f"sine=d={seconds}:r=44100"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, *options, path)
    return path.read_bytes()


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_of_any_maker_is_a_clip(seen, clips, name):
    clip = seen(name, made(clips / name, *CLIPS[name]))
    assert clip.duration > 0.3 and clip.has_audio == ("-an" not in CLIPS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(seen, plain, name):
    assert seen(name, plain).name == name


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.mp4")), ids=lambda path: path.stem)
def test_the_samples_are_clips(seen, sample):
    assert seen(sample.name, sample.read_bytes()).duration > 5


def test_much_metadata_hides_nothing(seen, plain):
    body = inserted(plain, "moov", title(b"a line of lyrics\n" * 60_000))
    assert seen("song.mp4", body).look.size.width == 352


def test_boxes_nobody_knows_are_passed_over(seen, plain):
    assert seen("new.mp4", plain + box("uuid", bytes(5000)) + box("zzzz", b"x")).duration > 0.3


def test_sound_that_begins_late_is_found(seen, clips):
    """Seven seconds into a transport stream, where FFmpeg left alone has stopped looking."""
    path = clips / "late.ts"
    late = ("-itsoffset", "7", "-f", "lavfi", "-i", "sine=d=1")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=8", *late, *MPEG2, "-b:v", "4M", *MP2, path)
    assert seen("late.ts", path.read_bytes()).has_audio


def test_a_camera_of_the_largest_kind_is_seen(seen, clips):
    path = clips / "largest.mp4"
    source = ("-f", "lavfi", "-i", "color=s=7680x4320:r=25:d=0.2")
    ffmpeg(*source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", path)
    assert seen("largest.mp4", path.read_bytes()).look.size.width == 7680


def test_every_listed_decoder_is_one_that_ffmpeg_has(tmp_path):
    with a_room() as room:
        lines: list[str] = []
        room.encoder.run(["-decoders"], room.folder, lines.append)
    had = {words[1] for words in map(str.split, lines) if len(words) > 1}
    assert set(DECODERS.split(",")) - had == set()
