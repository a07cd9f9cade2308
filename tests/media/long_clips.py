"""Clips of three minutes that are fetched in parts: small pictures, but never the same, as the sounds are."""

from collections.abc import Callable
from pathlib import Path

from tests.media.clips import ffmpeg

SECONDS = 180
AAC = ("-c:a", "aac", "-b:a", "64k")
PCM = ("-c:a", "pcm_s16le")
B_FRAMES = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "20", "-g", "48", "-bf", "3", "-b-pyramid", "normal")
OPEN_GOP = (*B_FRAMES, "-x264-params", "open-gop=1:keyint=48")


def noisy(path: Path, *options: str, rate: str = "24", before: tuple[str, ...] = ()) -> Path:
    pictures = f"testsrc2=s=160x90:r={rate}:d={SECONDS},noise=alls=60:allf=t:all_seed=7,format=yuv420p"
    sound = f"aevalsrc='0.4*sin(2*PI*(200+20*t)*t)':s=48000:d={SECONDS}"
    ffmpeg("-f", "lavfi", "-i", pictures, *before, "-f", "lavfi", "-i", sound, *options, path)
    return path


def again(path: Path, *options: str, before: tuple[str, ...] = ()) -> Path:
    """The first of them, muxed otherwise."""
    ffmpeg(*before, "-i", made(path.parent, "end.mp4"), "-c", "copy", *options, path)
    return path


def edited(path: Path) -> Path:
    """From its seventh second on, by an edit list, and with chapters."""
    text = "".join(f"[CHAPTER]\nTIMEBASE=1/1\nSTART={n}\nEND={n + 20}\ntitle=part {n}\n" for n in range(0, 160, 20))
    path.with_suffix(".txt").write_text(f";FFMETADATA1\n{text}")
    chapters = ("-f", "ffmetadata", "-i", str(path.with_suffix(".txt")))
    return again(path, "-map_chapters", "0", "-map", "1", "-movflags", "+faststart", before=(*chapters, "-ss", "7.3"))


CLIPS: dict[str, Callable[[Path], Path]] = {
    "end.mp4": lambda path: noisy(path, *B_FRAMES, *AAC),
    "edited.mp4": edited,
    "apart.mp4": lambda path: again(path, "-chunk_duration", "5000000", before=("-display_rotation", "90")),
    "late.mov": lambda path: noisy(path, *OPEN_GOP, *PCM, rate="30000/1001", before=("-itsoffset", "2.5")),
    "intra.mov": lambda path: noisy(path, "-c:v", "mjpeg", "-q:v", "5", *PCM),
}


def made(clips: Path, name: str) -> Path:
    path = clips / f"long-{name}"
    return path if path.exists() else CLIPS[name](path)
