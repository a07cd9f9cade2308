"""What people record: each kind of clip between two plain ones, in one film.

Exactly the planned frames at their times, sound within a frame of its picture on either side of every join, nothing
that a decoder complains of, a circle that is round, the mark in its corner, the colour and the loudness of the clip.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.clips import BEEP, CIRCLE, H264, ffmpeg, flash
from tests.media.eye import Card, Seen, complaints, listen_to, look_at, pictures
from tests.media.film import Studio

FRAME = 1 / 30
FAST264 = ("-c:v", "libx264", "-preset", "fast", "-crf", "18", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-crf", "18")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2")
MPEG4 = ("-c:v", "mpeg4", "-q:v", "2")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M")
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-crf", "20", "-svtav1-params", "logo=0")
LACED = ("-flags", "+ildct+ilme")
MP2, MP3, OPUS = ("-c:a", "mp2"), ("-c:a", "libmp3lame"), ("-c:a", "libopus")
AAC51 = ("-c:a", "aac", "-b:a", "384k")
RAW = ("-c:v", "rawvideo", "-pix_fmt", "bgr24")
M2TS = ("-f", "mpegts", "-mpegts_m2ts_mode", "1")
UNEVEN = "settb=1/90000,setpts='(N+0.3*sin(7*N))*3000'"
OPEN_GOP = (*FAST264, "-x264-params", "open-gop=1:keyint=15:bframes=3")


def hdr(transfer: str) -> str:
    """The card as a camera of wide colour and range records it, white at 203 cd/m2."""
    tags = "format=gbrp,setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr:range=pc"
    wide = f"zscale=p=bt2020:t={transfer}:m=bt2020nc:r=tv:npl=203,format=yuv420p10le"
    return f"{tags},zscale=t=linear:npl=203,format=gbrpf32le,{wide}"


Making = Callable[[Path, Path], object]


@dataclass(frozen=True)
class Row:
    """A kind of clip, 2 s long, and what is right of it in a film.

    `shown` is the size at which the film shows the card; `beeps` in seconds of the clip; `level` of a beep; `tolerance`
    of the circle's colour.
    """

    file: str
    made_from: Making | None
    options: dict[str, Any]
    frames: int
    shown: tuple[int, int]
    beeps: tuple[float, ...]
    level: float
    tolerance: int

    def clip(self, folder: Path) -> Path:
        path = folder / self.file
        if self.made_from is None:
            return flash(path, **self.options)
        self.made_from(flash(folder / f"before-{path.stem}.mp4", **self.options), path)
        return path


def row(
    file: str,
    made_from: Making | None = None,
    *,
    frames: int = 60,
    shown: tuple[int, int] = (320, 180),
    beeps: tuple[float, ...] = (0.5, 1.5),
    level: float = BEEP,
    tolerance: int = 6,
    **options: Any,
) -> Row:
    """`options` are those of `flash`; `made_from` makes the file from a flash clip that was made with them."""
    return Row(file, made_from, options, frames, shown, beeps, level, tolerance)


def copied(*options: str, before: tuple[str, ...] = ()) -> Making:
    """A stream copy with these options."""
    return lambda source, path: ffmpeg(*before, "-i", source, "-c", "copy", *options, path)


def turned(degrees: int) -> Making:
    return copied(before=("-display_rotation", str(degrees)))


def end_to_end(*clock: str) -> Making:
    """Two recordings in one file, the second with a clock of its own."""

    def join(source: Path, path: Path) -> None:
        halves = [path.with_name(f"{index}-{path.name}") for index in (0, 1)]
        for half, options in zip(halves, ((), clock), strict=True):
            ffmpeg("-i", source, "-t", "1", *FAST264, "-c:a", "aac", *options, half)
        path.write_bytes(b"".join(half.read_bytes() for half in halves))

    return join


def moved_sound(*options: str) -> Making:
    """The sound read with other options than the picture."""
    return lambda s, path: ffmpeg("-i", s, *options, "-i", s, "-map", "0:v", "-map", "1:a", "-c", "copy", path)


def late_picture(source: Path, path: Path) -> None:
    """Without the pictures of the first 0.3 s."""
    ffmpeg("-i", source, "-itsoffset", "0.3", "-ss", "0.3", "-i", source, "-map", "1:v", "-map", "0:a", *FAST264, path)


def gap_in_sound(source: Path, path: Path) -> None:
    """From 1 s on the sound's clock is 80 ms ahead, as if packets were lost; the missing samples are those."""
    cut = "asplit[a][b];[a]atrim=0:1[c];[b]atrim=1.08,asetpts=PTS[d];[c][d]concat=n=2:v=0:a=1,asetpts=N/SR/TB"
    late = "setts=ts=TS+gte(TS\\,1/TB)*0.08/TB"
    ffmpeg("-i", source, "-filter_complex", f"[0:a]{cut}", "-c:v", "copy", "-c:a", "flac", "-bsf:a", late, path)


ROWS = {
    # turned, mirrored, other shapes
    "rotation 90": row("turned90.mp4", turned(90), filters="transpose=clock"),
    "rotation 180": row("turned180.mp4", turned(180), filters="hflip,vflip"),
    "rotation 270": row("turned270.mov", turned(270), filters="transpose=cclock"),
    "mirrored": row("mirrored.mp4", copied(before=("-display_hflip",)), filters="hflip"),
    "portrait": row("portrait.mp4", shown=(102, 180), size="180x320"),
    "turned portrait": row("phone.mp4", turned(90), shown=(102, 180), size="180x320", filters="transpose=clock"),
    "wide pixels": row("wide.mp4", filters="scale=240:180,setsar=4/3"),
    "narrow pixels": row("narrow.mpg", filters="scale=352:180,setsar=10/11", video=MPEG2, audio=MP2),
    "4:3": row("fullscreen.mp4", shown=(240, 180), size="240x180"),
    "odd size": row("odd.webm", size="321x181", video=VP9, audio=OPUS),
    "tiny": row("tiny.mp4", size="128x72"),
    # rates
    "23.976": row("cinema.mp4", rate="24000/1001"),
    "25": row("pal.mp4", rate="25"),
    "29.97": row("ntsc.mp4", rate="30000/1001"),
    "50": row("fifty.mp4", rate="50"),
    "59.94": row("fast.mp4", rate="60000/1001"),
    "60": row("sixty.mp4", rate="60"),
    "10 frames a second": row("slow.mp4", rate="10"),
    "variable rate": row("variable.mp4", filters="select='mod(n+1,7)'", extra=("-fps_mode", "vfr")),
    "jitter": row("jitter.mp4", filters=UNEVEN, extra=("-enc_time_base", "1/90000")),
    "standing picture": row("still.mkv", filters="select='lt(n,20)+gte(n,45)'", extra=("-fps_mode", "vfr")),
    # pictures
    "interlaced": row("laced.mpg", filters="setfield=tff", video=(*MPEG2, *LACED), audio=MP2),
    "bottom field first": row("bottom.mp4", filters="setfield=bff", video=(*FAST264, *LACED)),
    "10-bit": row("ten.mp4", video=(*FAST264[:-1], "yuv420p10le")),
    "HDR10": row("hdr10.mp4", tolerance=12, filters=hdr("smpte2084"), video=HEVC),
    "HLG": row("hlg.mp4", tolerance=12, filters=hdr("arib-std-b67"), video=HEVC),
    "full range": row("full.mp4", filters="scale=out_range=pc", video=(*H264, "-color_range", "pc")),
    "BT.709 in standard definition": row("hd.mp4", video=(*H264, "-colorspace", "bt709")),
    "4:4:4": row("chroma.mp4", video=(*FAST264[:-1], "yuv444p")),
    "4:2:2": row("studio.mov", video=("-c:v", "prores_ks", "-profile:v", "2")),
    "RGB": row("screen.mov", video=("-c:v", "qtrle")),
    # sound
    "no sound": row("silent.mp4", beeps=(), audio=None),
    "late sound": row("late.mp4", moved_sound("-itsoffset", "0.3"), beeps=(0.8, 1.8)),
    "late picture": row("dark.mkv", late_picture),
    "short sound": row("brief.mkv", moved_sound("-t", "1.2"), beeps=(0.5,)),
    "long sound": row("long.mp4", extra=("-t:v", "2"), sound="apad=whole_dur=3"),
    "lost sound": row("lost.mkv", gap_in_sound),
    "mono": row("mono.mp4", sound="pan=mono|c0=c0", audio=("-c:a", "aac", "-b:a", "96k")),
    "5.1": row("surround.mp4", sound="pan=5.1|FL=c0|FR=c1", audio=AAC51),
    "speech in 5.1": row("speech.mov", level=BEEP * 0.7071, sound="pan=5.1|FC=c0", audio=("-c:a", "pcm_s16le")),
    "44.1 kHz": row("cd.mp4", audio=("-c:a", "aac", "-b:a", "96k", "-ar", "44100")),
    "22.05 kHz mono MP3": row("voice.mkv", sound="pan=mono|c0=c0", audio=(*MP3, "-b:a", "64k", "-ar", "22050")),
    "MP3": row("mp3.mp4", audio=MP3),
    "AC-3": row("ac3.ts", sound="pan=5.1|FL=c0|FR=c1", audio=("-c:a", "ac3", "-b:a", "448k")),
    "Opus": row("opus.mkv", audio=OPUS),
    "PCM": row("pcm.mov", audio=("-c:a", "pcm_s24le")),
    "Vorbis": row("vorbis.mkv", audio=("-c:a", "libvorbis")),
    "FLAC": row("flac.mkv", audio=("-c:a", "flac")),
    # times
    "edit list": row("edited.mp4", copied(before=("-ss", "1")), seconds=3),
    "open GOP": row("open.mp4", video=OPEN_GOP),
    "late start": row("start.ts", copied("-output_ts_offset", "36000")),
    "clock that wraps": row("wrap.ts", copied("-output_ts_offset", "95441.4")),
    "clock that restarts": row("twice.ts", end_to_end()),
    "clock that leaps": row("leap.ts", end_to_end("-output_ts_offset", "1000")),
    "equal times": row("equal.mkv", copied("-bsf:v", "setts=pts=PTS-eq(mod(N\\,10)\\,5)*0.03/TB")),
    # containers and codecs
    # Its first picture is on screen for 21 ms longer, as long as the sound's priming.
    "fragmented MP4": row("fragments.mp4", frames=61, extra=("-movflags", "frag_keyframe+empty_moov")),
    "live WebM": row("live.webm", video=VP8, audio=OPUS, extra=("-live", "1")),
    "MPEG-TS": row("stream.ts", video=FAST264),
    "M2TS": row("camcorder.m2ts", video=FAST264, audio=("-c:a", "ac3"), extra=M2TS),
    "AVI": row("bframes.avi", video=FAST264, audio=MP3),
    "AVI of MPEG-4": row("xvid.avi", video=(*MPEG4, "-bf", "2"), audio=MP3),
    "MJPEG": row("camera.avi", video=("-c:v", "mjpeg", "-q:v", "2"), audio=("-c:a", "pcm_u8")),
    "raw AVI": row("raw.avi", video=RAW, audio=("-c:a", "pcm_s16le")),
    "FLV": row("bframes.flv", video=FAST264),
    "Sorenson": row("sorenson.flv", video=("-c:v", "flv", "-q:v", "2"), audio=(*MP3, "-ar", "44100")),
    "WMV": row("windows.wmv", video=("-c:v", "wmv2", "-q:v", "2"), audio=("-c:a", "wmav2")),
    "Ogg": row("theora.ogv", video=("-c:v", "libtheora", "-q:v", "9"), audio=("-c:a", "libvorbis")),
    "HEVC": row("hevc.mp4", video=HEVC),
    "VP9": row("vp9.webm", video=VP9, audio=OPUS),
    "AV1": row("av1.mp4", video=AV1),
    "MPEG-2": row("programme.mpg", video=(*MPEG2, "-bf", "2"), audio=MP2),
}


@pytest.fixture(scope="session")
def short(clips: Path) -> Path:
    return flash(clips / "one-second.mp4", seconds=1)


@pytest.mark.parametrize("kind", ROWS)
def test_a_clip_of_any_kind_plays_right_between_two_plain_ones(studio: Studio, clips: Path, short: Path, kind: str):
    right = ROWS[kind]
    names = studio.upload(short, right.clip(clips))
    payload = {"videos": [names[0], names[1], names[0]], "canvas": "320x180", "fps": 30, "thumbnail": False}
    film = studio.fetch(studio.run(payload, "stitch_video")["stitched"]["key"])
    seen = look_at(film)

    assert seen.times == [Fraction(index, 30) for index in range(30 + right.frames + 30)]
    assert complaints(film) == ""
    after = 1 + right.frames / 30
    assert seen.flashes == pytest.approx([0.5, 1.5, 2.5, after + 0.5], abs=FRAME + 0.001)
    assert seen.beeps == pytest.approx([0.5, *(1 + beep for beep in right.beeps), after + 0.5], abs=FRAME)
    for channel in (0, 1):
        levels = Seen(seen.times, seen.light, *listen_to(film, channel)).levels
        assert levels == pytest.approx([BEEP, *[right.level] * len(right.beeps), BEEP], rel=0.12), channel  # 1 dB
    card = Card.seen(list(pictures(film))[36], right.shown)
    assert card.is_round(right.shown) and card.marked == "upper left", card
    assert card.colour == pytest.approx(CIRCLE, abs=right.tolerance)


def test_moving_pictures_of_two_fields_show_no_comb(studio: Studio, clips: Path):
    laced = clips / "moving.mpg"
    bar = "color=black:s=320x180:r=60:d=1,format=yuv420p,geq=lum='if(lt(mod(X-6*N,80),20),235,16)':cb=128:cr=128"
    interlaced = ("-flags", "+ildct+ilme", "-c:v", "mpeg2video", "-q:v", "2")
    ffmpeg("-f", "lavfi", "-i", f"{bar},tinterlace=interleave_top,setfield=tff", *interlaced, laced)
    film = studio.run({"videos": studio.upload(laced), "thumbnail": False}, "stitch_video")["stitched"]["key"]
    assert comb(laced) > 10
    assert comb(studio.fetch(film)) < 2


def comb(path: Path) -> float:
    """By how much a line differs from the next rather than from the one after that, in grey levels."""
    picture = list(pictures(path))[15].to_ndarray(format="gray").astype(int)
    return float(np.abs(picture[1:-1] - picture[:-2]).mean() - np.abs(picture[2:] - picture[:-2]).mean())
