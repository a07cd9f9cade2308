"""Ten matching clips stitched by copying, against encoding the same film: by this engine, and as the older system did.

    python -m benchmarks.media_copy [--repeats 5] [--seconds 20] [--height 1080] [--against engine --against older]

Copying and encoding by this engine are whole stitch_video jobs: probe, plan, pictures, sound, packaging, proof. The
older system's commands normalise each clip and join the results; nothing else of it is run. The ways take turns.
Processor time is that of every child process and of Python; wall time has as many items at once as there are cores.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.speech import say
from roughcut.stages.finish import finish_film
from tests.media.clips import ffmpeg
from tests.media.film import Studio

CLIPS = 10
STEP_SECONDS = 900  # a Lambda's life
SAMPLES = Path(__file__).parents[1] / "samples"


@dataclass
class Cost:
    """Seconds of one run."""

    processor: float = 0
    wall: float = 0


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = clips(folder, asked.seconds, asked.height)
        studio = Studio(folder, step_seconds=STEP_SECONDS)
        studio.upload(*paths)
        names = [path.name for path in paths]
        ways: dict[str, Callable[[], Cost]] = {
            "copy": partial(film, studio, names, copied=True),
            "engine": partial(film, studio, names, copied=False),
            "older": partial(older_film, paths),
        }
        ways = {way: ways[way] for way in ("copy", *(asked.against or ("engine", "older")))}
        costs = [{way: run() for way, run in ways.items()} for _ in range(asked.repeats)]
    say(f"{CLIPS} clips of {asked.seconds} s, {asked.height}p30, {os.cpu_count()} cores, medians of {asked.repeats}")
    say("| way | processor s | wall s | copying is faster by processor time | by wall time |\n|---|---|---|---|---|")
    for way in ways:
        say(row(way, costs))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--against", action="append", choices=["engine", "older"])
    return parser.parse_args()


def row(way: str, costs: Sequence[dict[str, Cost]]) -> str:
    processor, wall = (median(getattr(cost[way], name) for cost in costs) for name in ("processor", "wall"))
    by_processor = median(cost[way].processor / cost["copy"].processor for cost in costs)
    by_wall = median(cost[way].wall / cost["copy"].wall for cost in costs)
    return f"| {way} | {processor:.2f} | {wall:.2f} | {by_processor:.1f} | {by_wall:.1f} |"


def clips(folder: Path, seconds: int, height: int) -> list[Path]:
    """Stretches of the two samples in turn, over and over, from one encoder: what a camera makes of one shoot."""
    return [clip(folder / f"clip-{index}.mp4", index, seconds, height) for index in range(CLIPS)]


def clip(path: Path, index: int, seconds: int, height: int) -> Path:
    sample = SAMPLES / ("lecture.mp4" if index % 2 else "bunny.mp4")
    source = ["-stream_loop", "-1", "-ss", str(index / 4), "-i", sample, "-t", str(seconds)]
    look = ["-vf", f"fps=30,scale=-2:{height},setsar=1", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"]
    sound = ["-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"]
    ffmpeg(*source, *look, "-g", "60", "-pix_fmt", "yuv420p", *sound, path)
    return path


def film(studio: Studio, names: list[str], *, copied: bool) -> Cost:
    """A whole stitch_video job; without `copied`, its Edit is decided as other job types decide theirs."""
    for key in [key for key in studio.media.objects if key.startswith("chunks/")]:
        del studio.media.objects[key]
    job = studio.job({"videos": names}, "stitch_video")
    with ThreadPoolExecutor(os.cpu_count()) as pool, timed() as cost:
        edit = studio.stitch(job if copied else replace(job, job_type="full_pipeline"))
        plan = studio.plan(job, edit["edit_key"])
        list(pool.map(lambda item: studio.encode(plan["plan_key"], item), plan["items"]))
        packages = [studio.package(job, plan["plan_key"], rung) for rung in plan["rungs"]]
        finish_film(job, plan["plan_key"], packages, media=studio.media, report=studio.report("finish"))
    hows = {part["how"] for part in studio.read(edit["edit_key"])["parts"]}
    assert hows == {"copy" if copied else "conform"}, hows
    return cost


def older_film(paths: list[Path]) -> Cost:
    """The older system's exact commands for clips with sound: 1920x1080 at 30 fps, then joined, a second generation."""
    fit = "scale=1920:1080:force_original_aspect_ratio=decrease,pad=1920:1080:(ow-iw)/2:(oh-ih)/2:black,fps=30"
    lossy = ("-c:v", "libx264", "-preset", "fast", "-crf", "23")
    with tempfile.TemporaryDirectory(dir=paths[0].parent) as name, timed() as cost:
        parts = [Path(name) / path.name for path in paths]
        for path, part in zip(paths, parts, strict=True):
            sound = ("-c:a", "aac", "-b:a", "192k", "-ar", "44100", "-ac", "2")
            ffmpeg("-i", path, *lossy, "-vf", fit, *sound, "-pix_fmt", "yuv420p", part)
        listing = Path(name) / "list.txt"
        listing.write_text("".join(f"file '{part}'\n" for part in parts))
        joined = ("-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart", Path(name) / "film.mp4")
        ffmpeg("-f", "concat", "-safe", "0", "-i", listing, *lossy, *joined)
    return cost


@contextmanager
def timed() -> Iterator[Cost]:
    cost, processor, wall = Cost(), processor_seconds(), time.perf_counter()
    yield cost
    cost.processor, cost.wall = processor_seconds() - processor, time.perf_counter() - wall


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
