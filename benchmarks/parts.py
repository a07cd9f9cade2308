"""What workers fetch of a long film: `python -m benchmarks.parts`. Its moov tells."""

import tempfile
from fractions import Fraction
from pathlib import Path

from benchmarks.costs import cost_of
from benchmarks.speech import say
from roughcut.media.mp4_index import read_index
from roughcut.media.partial import Kind, Stretch, opening, partial, read
from roughcut.media.ranges import moved, on_disk, requests
from tests.media.clips import ffmpeg

MINUTES, MEGA = 60, 1_000_000
PICTURES = "testsrc2=s=640x360:r=24:d=60,noise=alls=40:allf=t,format=yuv420p"
CODECS = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "8M", "-g", "96", "-bf", "3", "-c:a", "aac")


def a_film(folder: Path) -> Path:
    """A minute of H.264 and AAC, again and again."""
    minute, film = folder / "minute.mp4", folder / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", PICTURES, "-f", "lavfi", "-i", "sine=d=60", *CODECS, minute)
    ffmpeg("-stream_loop", str(MINUTES - 1), "-i", minute, "-c", "copy", film)
    return film


def counted(film: Path) -> None:
    size = film.stat().st_size
    with film.open("rb") as file:
        index = read_index(file, size)
    reckoned = partial(index) if index else None
    assert index and reckoned
    middle = Stretch(Fraction(30 * 60), Fraction(31 * 60))
    items: list[tuple[Kind, str, Stretch]] = [
        ("video", "a minute of pictures", middle),
        ("audio", "a minute of sound", middle),
        ("audio", "all of its sound", Stretch(Fraction(0), Fraction(MINUTES * 60))),
    ]
    say(f"{size / MEGA:,.0f} MB; {'':22} moved   held  requests  reckoned: moved   held")
    for kind, name, stretch in items:
        ranges, most = (
            [*opening(index), *read(index, kind, [stretch])],
            reckoned.needed(kind, [float(stretch.end - stretch.begin)]),
        )
        figures = f"{moved(ranges) / MEGA:8,.0f} {on_disk(ranges) / MEGA:6,.0f} {len(requests(ranges)):9}"
        say(f"{name:30} {figures} {most.moved / MEGA:16,.0f} {most.held / MEGA:6,.0f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        film = a_film(Path(folder))
        cost = cost_of(lambda: counted(film))
        say(f"{cost.processor:.1f} s of processor time")


if __name__ == "__main__":
    main()
