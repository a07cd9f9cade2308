"""Clips made for tests: what they show and sound can be counted.

A flash clip is a card, white with a 1 kHz beep from 0.5 to 0.6 s of every second. The card is black with a green
circle in its middle and a grey mark in its upper left corner. A numbered clip moves, and shows the number of each frame
in ten bits, as black and white columns in its upper quarter.
"""

import subprocess
from functools import cache
from pathlib import Path

from roughcut.engine.binary import ffmpeg_path

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-ac", "2")
BITS = 10
CIRCLE = (40, 180, 60)  # red, green, blue; far apart by the matrices of standard and high definition
DIAMETER = 0.6  # of the card's short side
BEEP = 0.8  # of full scale
_BEEP = f"if(between(mod(t\\,1)\\,0.5\\,0.6)\\,{BEEP}*sin(2*PI*1000*t)\\,0)"
_FLASH = "drawbox=c=white:t=fill:enable='between(mod(t,1),0.4999,0.5999)'"
_IN_CIRCLE = f"lt(hypot(X-W/2+0.5,Y-H/2+0.5),{DIAMETER / 2}*min(W,H))"
_IN_MARK = "between(X/min(W,H),0.04,0.16)*between(Y/min(W,H),0.04,0.16)"
_CARD = ":".join(f"{c}='{v}*{_IN_CIRCLE}+160*{_IN_MARK}'" for c, v in zip("rgb", CIRCLE, strict=True))


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
    sound: str = "anull",
    extra: tuple[str, ...] = (),
) -> Path:
    """A flash clip; `filters` after the flash, `sound` after the beep, `extra` before the file's name."""
    card = f"color=s={size}:r={rate},trim=end_frame=1,format=rgb24,geq={_CARD},loop=-1:1,trim=duration={seconds}"
    beep = f"aevalsrc='{_BEEP}|{_BEEP}':c=stereo:s=48000:d={seconds},{sound}"
    inputs = ["-f", "lavfi", "-i", f"{card},{_FLASH},{filters}", *(["-f", "lavfi", "-i", beep] if audio else [])]
    ffmpeg(*inputs, *video, *(audio or ()), *extra, path)
    return path


def numbered(
    path: Path,
    *extra: str,
    rate: str = "30",
    frames: int = 150,
    size: tuple[int, int] = (320, 180),
    video: tuple[str, ...] = H264,
) -> Path:
    """A numbered clip without sound."""
    width, height = size
    bits = f"color=s=20x4:r={rate},format=gray,geq=lum='255*mod(floor(N/pow(2,floor(X*{BITS}/W))),2)'"
    moving = f"testsrc2=s={width}x{height}:r={rate},format=yuv420p[moving];[moving][bits]overlay=shortest=1"
    source = f"{bits},scale={width}:{height // 4}:flags=neighbor,format=yuv420p[bits];{moving}"
    ffmpeg("-f", "lavfi", "-i", source, "-frames:v", str(frames), *video, *extra, path)
    return path
