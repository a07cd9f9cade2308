"""What encoding takes by how dense the pictures are: `python -m benchmarks.density`.

The figures behind roughcut.media.costs: for each kind of film and each size, the processor time of a million pixels
and the kbit that they came to, beside the time that the plan would reckon with.
"""

import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from benchmarks.costs import cost_of
from roughcut.media.chunk_command import x264
from roughcut.media.costs import encoded_seconds
from roughcut.media.ladder import TABLE, Rung
from tests.media.clips import ffmpeg

RATE, FRAMES = Fraction(30), 180
SAMPLES = Path(__file__).parents[1] / "samples"
FILMS = {
    "lecture": ("-i", SAMPLES / "lecture.mp4"),
    "cartoon": ("-stream_loop", "-1", "-i", SAMPLES / "bunny.mp4"),
    "test picture": ("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30"),
    "fractal": ("-f", "lavfi", "-i", "mandelbrot=s=1920x1080:r=30"),
    "noise": ("-stream_loop", "-1", "-i", SAMPLES / "bunny.mp4"),
}
NOISE = ",noise=alls=12:allf=t"


def measured(film: str, rung: Rung, folder: Path) -> tuple[float, float]:
    """Milliseconds and kbit for a million pixels."""
    frames = (folder / "frames.y4m", folder / f"{rung.name}.mp4")
    filters = f"scale={rung.width}:{rung.height},fps={RATE},format=yuv420p{NOISE if film == 'noise' else ''}"
    ffmpeg(*FILMS[film], "-an", "-vf", filters, "-frames:v", str(FRAMES), frames[0])
    read = cost_of(lambda: ffmpeg("-i", frames[0], "-f", "null", "-")).processor
    encoded = cost_of(lambda: ffmpeg("-i", frames[0], *x264(rung, RATE), frames[1])).processor
    pixels = FRAMES * rung.width * rung.height / 1e6
    return 1000 * (encoded - read) / pixels, 8 * frames[1].stat().st_size / 1000 / pixels


def main() -> None:
    sys.stdout.write(
        "| film | rung | kbit for a million pixels | ms, measured | ms, planned |\n|---|---|---|---|---|\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        for film in FILMS:
            for rung in TABLE[2:5]:
                milliseconds, density = measured(film, rung, Path(folder))
                planned = 1000 * encoded_seconds(rung, density)
                sys.stdout.write(f"| {film} | {rung.name} | {density:.1f} | {milliseconds:.1f} | {planned:.1f} |\n")


if __name__ == "__main__":
    main()
