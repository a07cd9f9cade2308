"""What chunks cost: the pictures of one film in chunks of the default length, against the same in one process.

    python -m benchmarks.chunking [--repeats 5] [--seconds 180]

Both are whole items as the Map runs them: sources fetched, encoded, proved, stored; one after the other, so that both
have the same cores. The ways take turns. Ends with exit code 1 if chunks cost more than the bar.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.costs import Cost, cost_of
from benchmarks.films import SAMPLES, STEP_SECONDS
from benchmarks.speech import say
from roughcut.media.plan import Item, Plan
from roughcut.stages.documents import write_document
from tests.media.clips import ffmpeg
from tests.media.film import Studio

MOST_PROCESSOR = 1.03
WAYS = CHUNKS, WHOLE = "in chunks", "in one process"


def main() -> int:
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        studio, keys, spans = prepared(Path(folder), asked.seconds)
        turns = [
            {way: cost_of(partial(encode, studio, key)) for way, key in keys.items()} for _ in range(asked.repeats)
        ]
    say(f"{asked.seconds} s at 720p and 480p, chunks of {spans} frames, {os.cpu_count()} cores, {asked.repeats} pairs")
    say("| way | processor s | wall s | peak MiB |\n|---|---|---|---|")
    for way in WAYS:
        say(row(way, [turn[way] for turn in turns]))
    ratio = median(turn[CHUNKS].processor / turn[WHOLE].processor for turn in turns)
    say(f"processor time in chunks, divided by that in one process: {ratio:.3f} (at most {MOST_PROCESSOR})")
    return int(ratio > MOST_PROCESSOR)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=180)
    return parser.parse_args()


def prepared(folder: Path, seconds: int) -> tuple[Studio, dict[str, str], list[int]]:
    """The key of a plan for each way, and the frames of each chunk."""
    studio = Studio(folder, step_seconds=STEP_SECONDS)
    clip = folder / "lecture.mp4"
    ffmpeg("-stream_loop", "-1", "-i", SAMPLES / "lecture.mp4", "-t", str(seconds), "-c", "copy", clip)
    job = studio.job({"videos": studio.upload(clip), "resolutions": ["720p", "480p"]})
    key = studio.plan(job, studio.stitch(job)["edit_key"])["plan_key"]
    plan = Plan.from_dict(studio.read(key))
    whole = Item("video", 0, plan.edit.frames, f"{job.chunks_prefix}whole")
    whole_key = write_document(studio.media, f"{job.prefix}whole.json", replace(plan, items=(whole,)).as_dict())
    return studio, {CHUNKS: key, WHOLE: whole_key}, [item.frames for item in plan.pictures]


def encode(studio: Studio, plan_key: str) -> None:
    """In a process of its own, whose bucket has no chunks yet."""
    plan = Plan.from_dict(studio.read(plan_key))
    for number, item in enumerate(plan.items):
        if item.kind == "video":
            studio.encode(plan_key, number)


def row(way: str, costs: Sequence[Cost]) -> str:
    of = {name: median(getattr(cost, name) for cost in costs) for name in ("processor", "wall", "peak")}
    return f"| {way} | {of['processor']:.2f} | {of['wall']:.2f} | {of['peak']:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
