"""The one FFmpeg command that renders every rung of a chunk straight from the sources."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from roughcut.media.chunks import Piece, Span, pieces
from roughcut.media.conform import clip_filters, held, reduced, slide_filters
from roughcut.media.edit import Edit
from roughcut.media.inputs import early_seek, opened
from roughcut.media.ladder import THREADS, Rung
from roughcut.media.rates import gop_frames
from roughcut.media.sources import Clip
from roughcut.media.thumbnails import thumbnail_filters, thumbnail_output
from roughcut.media.timescale import ticks_per_second


def chunk_command(
    edit: Edit, span: Span, rungs: Sequence[Rung], thumbnails: Sequence[int], files: dict[int, Path]
) -> list[str]:
    """FFmpeg's arguments. `files` are the sources on disk by index; `thumbnails` are frames of the chunk.

    Writes <rung>.mp4 and, for thumbnails, what `thumbnail_output` says, into the current folder.
    """
    shown = pieces(edit, span)
    # Any number gives the same pictures. All inputs are read ahead at once: where there are many, each is cheap.
    threads = "2" if len(shown) <= 2 else "1"
    inputs = [argument for piece in shown for argument in _input(edit, piece, files[piece.source], threads)]
    outputs = [argument for index, rung in enumerate(rungs) for argument in _output(index, rung, span, edit)]
    return [
        *("-copyts", "-filter_complex_threads", threads),
        *inputs,
        *("-filter_complex", _graph(edit, shown, rungs, thumbnails)),
        *outputs,
        *(thumbnail_output(len(thumbnails)) if thumbnails else []),
    ]


def _input(edit: Edit, piece: Piece, path: Path, threads: str) -> list[str]:
    source = edit.sources[piece.source]
    if not isinstance(source, Clip):
        return opened(path, "png_pipe")
    seek = early_seek(source, piece.first, edit.canvas.rate)
    return opened(path, source.demuxer, "-threads", threads, *seek)


def _graph(edit: Edit, shown: list[Piece], rungs: Sequence[Rung], thumbnails: Sequence[int]) -> str:
    """Each piece at every rung's size, then the pieces joined rung by rung; thumbnails come from the largest."""
    chains = [chain for index, piece in enumerate(shown) for chain in _piece_chains(edit, index, piece, rungs)]
    for rung in range(len(rungs)):
        labels = "".join(f"[p{index}r{rung}]" for index in range(len(shown)))
        branch = rung == 0 and bool(thumbnails)
        chains.append(f"{labels}concat=n={len(shown)}:v=1:a=0{',split[out0][pictures]' if branch else f'[out{rung}]'}")
    if thumbnails:
        chains.append(f"[pictures]{thumbnail_filters(thumbnails)}")
    return ";".join(chains)


def _piece_chains(edit: Edit, index: int, piece: Piece, rungs: Sequence[Rung]) -> list[str]:
    """A cascade: the source is brought to the largest rung, each further rung is made from the one before."""
    source, rate, top = edit.sources[piece.source], edit.canvas.rate, rungs[0].size
    if isinstance(source, Clip):
        first, last = clip_filters(source, piece, rate, top), "null"
    else:
        first, last = slide_filters(source, top), held(piece, rate)
    chains = []
    for number, rung in enumerate(rungs):
        scaled = f"[{index}:v:0]{first}" if number == 0 else f"[p{index}s{number}]{reduced(rung.size)}"
        if number == len(rungs) - 1:
            chains.append(f"{scaled},{last}[p{index}r{number}]")
        else:
            chains.append(f"{scaled},split[p{index}k{number}][p{index}s{number + 1}]")
            chains.append(f"[p{index}k{number}]{last}[p{index}r{number}]")
    return chains


def _output(index: int, rung: Rung, span: Span, edit: Edit) -> list[str]:
    rate = edit.canvas.rate
    return [
        *("-map", f"[out{index}]", "-r", str(rate), "-frames:v", str(span.frames)),
        *x264(rung, rate),
        *("-video_track_timescale", str(ticks_per_second(rate)), f"{rung.name}.mp4"),
    ]


def x264(rung: Rung, rate: Fraction) -> list[str]:
    """A key frame at every GOP boundary whatever the scene cuts between, so that all rungs have the same segments."""
    gop = gop_frames(rate)
    return [
        *("-c:v", "libx264", "-preset", rung.preset, "-profile:v", "high", "-threads", str(THREADS)),
        *("-crf", str(rung.crf), "-maxrate", f"{rung.maxrate}k", "-bufsize", f"{rung.bufsize}k"),
        *("-g", str(gop), "-forced-idr", "1", "-force_key_frames", f"expr:gte(n,n_forced*{gop})"),
        *("-map_metadata", "-1", "-fflags", "+bitexact"),
    ]
