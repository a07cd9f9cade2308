"""This engine's films, and what they would cost if only the encoder worked."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from benchmarks.films import RATE, Film
from roughcut.media.audio_command import FILE as SOUND
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


def raw_sound(film: Film, plan: Plan, folder: Path) -> Path:
    """What the encoders of sound are given, uncompressed. Nothing of it is left for a job to find."""
    (index,) = [number for number, item in enumerate(plan.items) if item.kind == "audio"]
    film.studio.encode(planned(film), index)
    path, run = folder / "sound.wav", plan.items[index].key
    ffmpeg("-i", film.studio.fetch(f"{run}/{SOUND}"), "-c:a", "pcm_s16le", path)
    for key in [key for key in film.studio.media.objects if key.startswith(run)]:
        del film.studio.media.objects[key]
    return path


def encoded(rungs: Sequence[Rung], raw: Sequence[Path], sound: Path, folder: Path) -> None:
    """The same frames and samples by the same encoders, and nothing else. Writes <rung>.mp4 and .m4a into `folder`."""
    folder.mkdir(exist_ok=True)
    inputs = [argument for path in (*raw, sound) for argument in ("-i", path)]
    outputs: list[str | Path] = []
    for index, rung in enumerate(rungs):
        outputs += ["-map", f"{index}:v", *x264(rung, Fraction(RATE)), folder / f"{rung.name}.mp4"]
        outputs += ["-map", f"{len(raw)}:a", "-c:a", "aac", "-b:a", f"{rung.audio}k", folder / f"{rung.name}.m4a"]
    ffmpeg(*inputs, *outputs)
