"""Clips made for tests: what they show and sound can be counted.

A flash clip is black, with a white picture and a 1 kHz beep from 0.5 to 0.6 s of every second. A numbered clip shows
the number of each frame in ten bits, as black and white columns.
"""

import subprocess
from functools import cache
from pathlib import Path

from roughcut.engine.binary import ffmpeg_path

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-ac", "2")
BITS = 10
_BEEP = "if(between(mod(t\\,1)\\,0.5\\,0.6)\\,0.8*sin(2*PI*1000*t)\\,0)"
_FLASH = "drawbox=c=black:t=fill,drawbox=c=white:t=fill:enable='between(mod(t,1),0.4999,0.5999)'"


@cache
def _ffmpeg() -> str:
    return str(ffmpeg_path(None))


def ffmpeg(*arguments: str | Path) -> str:
    """Run FFmpeg; what it wrote to stderr."""
    command = [_ffmpeg(), "-nostdin", "-hide_banner", "-y", "-v", "error", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def flash(
    path: Path,
    *,
    size: str = "320x180",
    rate: str = "30",
    seconds: float = 2,
    video: tuple[str, ...] = H264,
    audio: tuple[str, ...] | None = AAC,
    filters: str = "null",
    extra: tuple[str, ...] = (),
) -> Path:
    """A flash clip; `filters` after the flash, `extra` before the file's name."""
    picture = f"testsrc2=s={size}:r={rate}:d={seconds},{_FLASH},{filters}"
    sound = f"aevalsrc='{_BEEP}':s=48000:d={seconds}"
    inputs = ["-f", "lavfi", "-i", picture, *(["-f", "lavfi", "-i", sound] if audio else [])]
    ffmpeg(*inputs, *video, *(audio or ()), *extra, path)
    return path


def numbered(path: Path, *extra: str, rate: str = "30", frames: int = 150, video: tuple[str, ...] = H264) -> Path:
    """A numbered clip without sound."""
    bits = f"geq=lum='255*mod(floor(N/pow(2,floor(X*{BITS}/W))),2)':cb=128:cr=128"
    source = f"color=black:s=320x180:r={rate},format=yuv420p,{bits}"
    ffmpeg("-f", "lavfi", "-i", source, "-frames:v", str(frames), *video, *extra, path)
    return path
