"""What each preset and CRF gives at each rung: the figures behind the ladder's table.

    python -m benchmarks.calibration mixed veryfast:24 fast:25.5 fast:26:480p

Encodes this engine's own frames and compares them with the sources, beside the older system's film of the same parts.
Bytes are of the whole file for the older system, of the pictures for the settings that are tried.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.costs import cost_of
from benchmarks.engine import encoded, planned, raw_frames
from benchmarks.fidelity import Look, fidelity, reference
from benchmarks.films import FILMS, Film
from benchmarks.media import OLDER, rendition, say
from benchmarks.older_system import RUNGS, older_film
from roughcut.media.ladder import Rung
from roughcut.media.plan import Plan


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings to try, at one rung or at all."""

    preset: str
    crf: float
    rung: str | None = None

    @classmethod
    def asked(cls, text: str) -> "Trial":
        preset, crf, rung = [*text.split(":"), None][:3]
        return cls(str(preset), float(crf or 0), rung)


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = FILMS[asked.film](folder)
        say("| rung | preset | CRF | bytes | processor s | SSIM | VMAF |\n|---|---|---|---|---|---|---|")
        for row in [*older_rows(film, folder), *trial_rows(film, folder, asked.trials)]:
            say(row)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", choices=FILMS)
    parser.add_argument("trials", nargs="+", type=Trial.asked, metavar="PRESET:CRF[:RUNG]")
    return parser.parse_args()


def older_rows(film: Film, folder: Path) -> Iterator[str]:
    older_film(film, folder / f"{OLDER}-0")
    for rung in RUNGS:
        found = rendition(film, folder, OLDER, rung)
        settings = f"{rung.name} | older system | {rung.crf}"
        yield f"| {settings} | {found.size_bytes:,} | | {found.fidelity.ssim:.5f} | {found.fidelity.vmaf:.2f} |"


def trial_rows(film: Film, folder: Path, trials: list[Trial]) -> Iterator[str]:
    plan = Plan.from_dict(film.studio.read(planned(film)))
    for rung, raw in zip(plan.rungs, raw_frames(film, plan, folder), strict=True):
        look = Look(rung.width, rung.height)
        wanted = reference(film, look, folder / "reference.nut")
        for trial in trials:
            if trial.rung in (None, rung.name):
                yield tried(film, replace(rung, preset=trial.preset, crf=trial.crf), raw, wanted, look)


def tried(film: Film, rung: Rung, raw: Path, wanted: Path, look: Look) -> str:
    folder = raw.with_suffix(".trial")
    cost = cost_of(partial(encoded, [rung], [raw], folder))
    path = folder / f"{rung.name}.mp4"
    found = fidelity(film, path, wanted, [0] * len(film.parts), look)
    settings = f"{rung.name} | {rung.preset} | {rung.crf:g}"
    return f"| {settings} | {path.stat().st_size:,} | {cost.processor:.2f} | {found.ssim:.5f} | {found.vmaf:.2f} |"


if __name__ == "__main__":
    main()
