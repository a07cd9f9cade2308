"""The older system's commands against this engine: processor and wall time, picture and bytes of the same films.

    python -m benchmarks.media [--film mixed] [--film lectures] [--repeats 5] [--quick] [--kernel bicubic]

The ways take turns, each in a process of its own; medians, and of ratios the median of the pairs. The films of the last
turn are compared with their sources. Painting slides is left out of both. Ends with exit code 1 if a bar is missed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.costs import Cost, cost_of
from benchmarks.engine import encoded, our_film, planned, raw_frames, raw_sound
from benchmarks.fidelity import Fidelity, Look, fidelity, lateness, reference
from benchmarks.films import FILMS, Film
from benchmarks.older_system import RUNGS, OlderRung, older_film
from benchmarks.speech import say
from roughcut.media.plan import Plan

MOST_PROCESSOR, MOST_WALL, LEAST_ENCODING, MOST_MEMORY, MOST_BYTES = 0.45, 0.50, 0.90, 1000, 1.05
OLDER, OURS, ENCODER = "older", "ours", "encoder"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished rung of one way."""

    size_bytes: int
    fidelity: Fidelity


def main() -> int:
    asked = arguments()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    say(f"{os.cpu_count()} cores, load {load}, repeats {asked.repeats}")
    missed = []
    for name in asked.film or FILMS:
        with tempfile.TemporaryDirectory() as folder:
            missed += [
                f"{name}: {bar}"
                for bar in compared(FILMS[name](Path(folder)), Path(folder), asked.repeats, asked.kernel)
            ]
    say("\n".join(f"missed: {bar}" for bar in missed) or "every bar is met")
    return int(bool(missed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--film", action="append", choices=FILMS)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", dest="repeats", action="store_const", const=1)
    parser.add_argument("--kernel", default="spline36", choices=["spline36", "lanczos", "bicubic"], help="reference's")
    return parser.parse_args()


def compared(film: Film, folder: Path, repeats: int, kernel: str) -> list[str]:
    """Measures and prints; the bars that were missed."""
    turns = costs(film, folder, repeats)
    missed = list(cost_bars(film, turns))
    say("| rung | way | bytes | SSIM | VMAF | SSIM and VMAF of each part |\n|---|---|---|---|---|---|")
    for rung in RUNGS:
        older, ours = (rendition(film, folder, way, rung, kernel) for way in (OLDER, OURS))
        for way, found in ((OLDER, older), (OURS, ours)):
            say(quality_row(rung, way, found))
        missed += quality_bars(rung, older, ours)
    return missed


def costs(film: Film, folder: Path, repeats: int) -> list[dict[str, Cost]]:
    plan = Plan.from_dict(film.studio.read(planned(film)))
    raw, sound = raw_frames(film, plan, folder), raw_sound(film, plan, folder)
    ways = {
        OLDER: partial(older_film, film),
        OURS: partial(our_film, film),
        ENCODER: partial(encoded, plan.rungs, raw, sound),
    }
    return [
        {way: cost_of(partial(work, folder / f"{way}-{turn}")) for way, work in ways.items()} for turn in range(repeats)
    ]


def cost_bars(film: Film, turns: Sequence[dict[str, Cost]]) -> Iterator[str]:
    say(f"\n{film.name}: {len(film.parts)} parts, {film.frames} frames\n")
    say("| way | processor s | wall s | peak MB | processor, ours divided by it | wall |\n|---|---|---|---|---|---|")
    for way in (OLDER, OURS, ENCODER):
        of = {name: median(getattr(turn[way], name) for turn in turns) for name in ("processor", "wall", "peak")}
        say(f"| {way} | {of['processor']:.2f} | {of['wall']:.2f} | {of['peak']:.0f} | {_by(turns, way)} |")
    say("")
    yield from over("processor time", ratio(turns, OURS, OLDER, "processor"), MOST_PROCESSOR)
    yield from over("wall time", ratio(turns, OURS, OLDER, "wall"), MOST_WALL)
    yield from over("time beside encoding", ratio(turns, OURS, ENCODER, "processor"), 1 / LEAST_ENCODING)
    yield from over("peak MB", max(turn[OURS].peak for turn in turns), MOST_MEMORY)


def _by(turns: Sequence[dict[str, Cost]], way: str) -> str:
    return " | ".join(f"{ratio(turns, OURS, way, name):.3f}" for name in ("processor", "wall"))


def ratio(turns: Sequence[dict[str, Cost]], way: str, other: str, name: str) -> float:
    return median(getattr(turn[way], name) / getattr(turn[other], name) for turn in turns)


def rendition(film: Film, folder: Path, way: str, rung: OlderRung, kernel: str = "spline36") -> Rendition:
    """Of the last turn. Only ours must have every part exactly in its place."""
    path = sorted(folder.glob(f"{way}-*"))[-1] / f"{rung.name}.mp4"
    look = Look(rung.width, rung.box[1], kernel, "170m") if way == OLDER else Look(*rung.box, kernel)
    wanted = reference(film, look, folder / "reference.nut")
    late = lateness(film, path, wanted)
    assert way == OLDER or not any(late), late
    return Rendition(path.stat().st_size, fidelity(film, path, wanted, late, look))


def quality_row(rung: OlderRung, way: str, found: Rendition) -> str:
    parts = ", ".join(f"{ssim:.4f} {vmaf:.1f}" for ssim, vmaf in found.fidelity.parts)
    of = found.fidelity
    return f"| {rung.name} | {way} | {found.size_bytes:,} | {of.ssim:.5f} | {of.vmaf:.2f} | {parts} |"


def quality_bars(rung: OlderRung, older: Rendition, ours: Rendition) -> Iterator[str]:
    yield from over(f"{rung.name} bytes", ours.size_bytes / older.size_bytes, MOST_BYTES)
    for name in ("ssim", "vmaf"):
        value, bar = (getattr(found.fidelity, name) for found in (ours, older))
        if value < bar:
            yield f"{rung.name} {name} is {value:.5g}, not {bar:.5g}"


def over(what: str, value: float, bar: float) -> Iterator[str]:
    if value > bar:
        yield f"{what} is {value:.3f}, more than {bar:.3f}"


if __name__ == "__main__":
    sys.exit(main())
