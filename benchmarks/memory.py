"""The memory of the heaviest chunks: `python -m benchmarks.memory`.

Each is a chunk of one GOP, by the command that a worker runs: the peak of its FFmpeg, and what the plan
reckons with.
"""

import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from benchmarks.costs import cost_of
from roughcut.media.chunk_command import chunk_command
from roughcut.media.chunks import Span
from roughcut.media.costs import memory_mib
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.ladder import ladder
from roughcut.media.sizes import parse_size
from roughcut.media.sources import Clip, Look
from tests.media.clips import ffmpeg

FRAMES, RATE = 180, Fraction(30)
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=error")
H264 = ("-c:v", "libx264", "-preset", "ultrafast")
LADDER = ["2160p", "1440p", "1080p", "720p", "480p"]
# name: clip's size, how it is encoded, how many such clips the chunk shows, rungs
CHUNKS = {
    "2160p ladder of H.264": ("3840x2160", H264, 1, LADDER),
    "2160p ladder of HEVC, 10 bits": ("3840x2160", HEVC, 1, LADDER),
    "1080p ladder of HEVC 2160p, 10 bits": ("3840x2160", HEVC, 1, LADDER[2:]),
    "1080p ladder of six such clips": ("3840x2160", HEVC, 6, LADDER[2:]),
    "1080p ladder of HEVC 1080p, 10 bits": ("1920x1080", HEVC, 1, LADDER[2:]),
}


def row(name: str, folder: Path) -> str:
    size, codec, count, wanted = CHUNKS[name]
    film = folder / f"{size}-{codec[1]}.mp4"
    if not film.exists():
        picture = ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={RATE}", "-frames:v", str(FRAMES))
        ffmpeg(*picture, *codec, film)
    edit = _edit(size, film, count)
    rungs, _ = ladder(edit.canvas, wanted)
    command = chunk_command(edit, Span(0, FRAMES), rungs, [], dict.fromkeys(range(count), film))
    outputs = [str(folder / part) if part.endswith("p.mp4") else part for part in command]
    peak = cost_of(lambda: ffmpeg(*outputs)).peak
    return f"| {name} | {peak:.0f} | {memory_mib(edit.sources, rungs)} |\n"


def _edit(size: str, film: Path, count: int) -> Edit:
    facts = {"demuxer": "mov", "start_us": 0, "end_us": 6_000_000, "rate": RATE, "look": Look(parse_size(size))}
    facts |= {"etag": "e", "size_bytes": film.stat().st_size, "has_audio": False}
    clips = tuple(Clip(name=f"{i}.mp4", key=f"{i}", **facts) for i in range(count))  # type: ignore[arg-type]
    canvas = Canvas(parse_size(size), RATE)
    return Edit(canvas, clips, tuple(Part(index, 0, FRAMES // count) for index in range(count)))


def main() -> None:
    sys.stdout.write("| chunk | peak MiB | planned MiB |\n|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        for name in CHUNKS:
            sys.stdout.write(row(name, Path(folder)))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
