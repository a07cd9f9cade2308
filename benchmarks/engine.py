"""This engine's films, and what they would cost if only the encoder worked."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from benchmarks.films import RATE, Film
from roughcut.media.chunk_command import chunk_command, x264
from roughcut.media.chunks import Span, pieces
from roughcut.media.ladder import Rung
from roughcut.media.plan import Plan
from roughcut.stages.finish import finish_film
from tests.media.clips import ffmpeg


def our_film(film: Film, folder: Path) -> None:
    """A whole job but for the painting of slides: probe, plan, pictures, sound, packaging with HLS, proofs.

    As many items at once as there are cores. Writes <rung>.mp4 into `folder`.
    """
    folder.mkdir()
    studio, job = film.studio, film.job
    plan_key = planned(film)
    plan = Plan.from_dict(studio.read(plan_key))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda item: studio.encode(plan_key, item), range(len(plan.items))))
        packages = list(pool.map(lambda rung: studio.package(job, plan_key, rung.name), plan.rungs))
    finish_film(job, plan_key, packages, media=studio.media, report=studio.report("finish"))
    for package in packages:
        (folder / f"{package['rung']}.mp4").write_bytes(studio.media.objects[package["key"]])


def planned(film: Film) -> str:
    return film.studio.plan(film.job, film.studio.stitch(film.job)["edit_key"])["plan_key"]


def raw_frames(film: Film, plan: Plan, folder: Path) -> list[Path]:
    """What the encoders of each rung are given, uncompressed."""
    span = Span(0, plan.edit.frames)
    sources = {piece.source: plan.edit.sources[piece.source] for piece in pieces(plan.edit, span)}
    files = {index: film.studio.fetch(source.key) for index, source in sources.items()}
    command = chunk_command(plan.edit, span, plan.rungs, [], files)
    paths = [folder / f"{rung.name}.nut" for rung in plan.rungs]
    outputs = [
        argument
        for index, path in enumerate(paths)
        for argument in ("-map", f"[out{index}]", "-r", str(RATE), "-c:v", "rawvideo", path)
    ]
    ffmpeg(*command[: command.index("-map")], *outputs)
    return paths


def encoded(rungs: Sequence[Rung], raw: Sequence[Path], folder: Path) -> None:
    """The same frames by the same encoders, and nothing else. Writes <rung>.mp4 into `folder`."""
    folder.mkdir(exist_ok=True)
    inputs = [argument for path in raw for argument in ("-i", path)]
    outputs = []
    for index, rung in enumerate(rungs):
        outputs += ["-map", f"{index}:v", *x264(rung, Fraction(RATE)), folder / f"{rung.name}.mp4"]
    ffmpeg(*inputs, *outputs)
