"""The older system's exact commands, one after the other: every part normalised, joined, then one run per rung."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.films import Film, Part
from tests.media.clips import ffmpeg


@dataclass(frozen=True, slots=True)
class OlderRung:
    """Its settings, and the `width` of its picture, which it pads: 480p has a black column."""

    name: str
    box: tuple[int, int]
    width: int
    crf: int
    maxrate: str
    bufsize: str
    audio: str


RUNGS = (
    OlderRung("1080p", (1920, 1080), 1920, 23, "6M", "10M", "192k"),
    OlderRung("720p", (1280, 720), 1280, 24, "3M", "5M", "128k"),
    OlderRung("480p", (854, 480), 853, 25, "1.5M", "2M", "96k"),
)
_STEREO = ("-ar", "44100", "-ac", "2")


def older_film(film: Film, folder: Path) -> None:
    """Writes <rung>.mp4 and thumbnail.jpg into `folder`."""
    folder.mkdir()
    normalised = [_normalised(part, folder / f"part-{index}.mp4") for index, part in enumerate(film.parts)]
    listing = folder / "list.txt"
    listing.write_text("".join(f"file '{part}'\n" for part in normalised))
    joined = folder / "joined.mp4"
    coding = ("-c:v", "libx264", "-preset", "fast", "-crf", "23", "-c:a", "aac", "-b:a", "192k")
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, *coding, "-movflags", "+faststart", joined)
    for rung in RUNGS:
        _optimized(rung, joined, folder / f"{rung.name}.mp4")
    ffmpeg("-i", joined, "-ss", "00:00:01", "-vframes", "1", "-vf", _fit(640, 360), "-q:v", "2", folder / "thumb.jpg")


def _normalised(part: Part, path: Path) -> Path:
    return _slide(part, path) if part.is_slide else _clip(part, path)


def _slide(part: Part, path: Path) -> Path:
    silent = path.with_name(f"silent-{path.name}")
    held = ("-loop", "1", "-i", part.path, "-c:v", "libx264", "-t", str(part.seconds), "-pix_fmt", "yuv420p")
    ffmpeg(*held, "-vf", _fit(1920, 1080), "-r", "30", "-preset", "fast", silent)
    silence = ("-f", "lavfi", "-i", "anullsrc=channel_layout=stereo:sample_rate=44100")
    ffmpeg("-i", silent, *silence, "-c:v", "copy", "-c:a", "aac", "-shortest", path)
    return path


def _clip(part: Part, path: Path) -> Path:
    coding = ("-c:v", "libx264", "-preset", "fast", "-crf", "23", "-vf", f"{_fit(1920, 1080)},fps=30")
    ffmpeg("-i", part.path, *coding, "-c:a", "aac", "-b:a", "192k", *_STEREO, "-pix_fmt", "yuv420p", path)
    return path


def _optimized(rung: OlderRung, joined: Path, path: Path) -> None:
    coding = ("-c:v", "libx264", "-preset", "medium", "-crf", str(rung.crf))
    ceiling = ("-maxrate", rung.maxrate, "-bufsize", rung.bufsize)
    look = ("-vf", _fit(*rung.box), "-pix_fmt", "yuv420p")
    sound = ("-c:a", "aac", "-b:a", rung.audio, *_STEREO)
    ffmpeg("-i", joined, *coding, *ceiling, *look, *sound, "-movflags", "+faststart", "-brand", "mp42", path)


def _fit(width: int, height: int) -> str:
    box = f"{width}:{height}"
    return f"scale={box}:force_original_aspect_ratio=decrease,pad={box}:(ow-iw)/2:(oh-ih)/2:black"
