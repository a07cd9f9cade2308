"""How near a film comes to its sources: SSIM and VMAF of every frame, part by part, padding removed.

The reference is scaled by zimg and never compressed; both films were scaled by swscale, ours by lanczos, the older
system's by bicubic. Zimg's spline36 is neither, though nearer to ours. The first and last frames of a part are left
out, and a part is compared where it lies: the older system's parts may come late.
"""

import json
import re
import tempfile
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks.films import BT709, RATE, Film
from tests.media.clips import ffmpeg

EDGE = 4  # frames at either end of a part
VMAF_EVERY = 5
_LATEST = 6  # frames that a part may lie later than the one before it
_TINY = (64, 36)


@dataclass(frozen=True, slots=True)
class Look:
    """A picture's size, the kernel by which it is scaled, and the matrix by which slides became luma and chroma."""

    width: int
    height: int
    kernel: str = "spline36"
    matrix: str = "709"

    @property
    def even_width(self) -> int:
        return self.width // 2 * 2


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Means over frames; the same of each part."""

    ssim: float
    vmaf: float
    parts: tuple[tuple[float, float], ...]


def reference(film: Film, look: Look, path: Path) -> Path:
    """The film as it should look, uncompressed."""
    scale, settled = f"zscale={look.width}:{look.height}:filter={look.kernel}", "format=yuv420p"
    if look.width % 2:  # zimg has no odd pictures of half-size chroma
        scale, settled = f"format=yuv444p,{scale}", f"format=yuv444p,crop={look.even_width}:{look.height}:0:0,{settled}"
    chains = []
    for index, part in enumerate(film.parts):
        if part.is_slide:
            coloured = f"format=gbrp,zscale=matrixin=gbr:matrix={look.matrix}:range=limited,format=yuv444p"
            shown = f"{coloured},{scale},{settled},loop={part.frames - 1}:1:0"
        else:
            shown = f"fps={RATE},trim=end_frame={part.frames},{scale},{settled}"
        chains.append(f"[{index}:v]{shown},settb=1/{RATE},setpts=N,setsar=1,{BT709}[p{index}]")
    labels = "".join(f"[p{index}]" for index in range(len(film.parts)))
    graph = ";".join([*chains, f"{labels}concat=n={len(film.parts)}[out]"])
    inputs = [argument for part in film.parts for argument in ("-i", part.path)]
    ffmpeg(*inputs, "-filter_complex", graph, "-map", "[out]", "-c:v", "rawvideo", path)
    return path


def lateness(film: Film, path: Path, wanted: Path) -> list[int]:
    """By how many frames each part comes late, as seen in tiny grey pictures. A still's is that of the part before."""
    seen, true = _tiny(path), _tiny(wanted)
    found, late = [], 0
    for part, start in zip(film.parts, film.starts, strict=True):
        if not part.is_slide:
            first, last = start + EDGE, start + part.frames - EDGE
            room = [by for by in range(late, late + _LATEST + 1) if last + by <= len(seen)]
            late = min(room, key=lambda by: float(np.abs(seen[first + by : last + by] - true[first:last]).mean()))
        found.append(late)
    return found


def fidelity(film: Film, path: Path, wanted: Path, late: list[int], look: Look) -> Fidelity:
    """SSIM of the luma of every frame; VMAF of every fifth, which costs far more."""
    places = list(zip(film.parts, film.starts, late, strict=True))
    spans = [(start + EDGE, start + part.frames - EDGE - 1, by) for part, start, by in places]
    seen = "+".join(f"between(n,{first + by},{last + by})" for first, last, by in spans)
    true = "+".join(f"between(n,{first},{last})" for first, last, _ in spans)
    steady = f"settb=1/{RATE},setpts=N,{BT709}"
    with tempfile.TemporaryDirectory() as name:
        ssim, vmaf = Path(name, "ssim"), Path(name, "vmaf")
        graph = (
            f"[0:v]select='{seen}',crop={look.even_width}:{look.height}:0:0,{steady},split[a][b];"
            f"[1:v]select='{true}',{steady},split[c][d];"
            f"[a][c]ssim=stats_file={ssim}[x];[b][d]libvmaf=n_threads=2:n_subsample={VMAF_EVERY}:log_fmt=json:log_path={vmaf}[y]"
        )
        nowhere = ("-f", "null", "-")
        ffmpeg("-i", path, "-i", wanted, "-filter_complex", graph, "-map", "[x]", *nowhere, "-map", "[y]", *nowhere)
        ssims = dict(enumerate(float(value) for value in re.findall(r"Y:([\d.]+)", ssim.read_text())))
        vmafs = {frame["frameNum"]: frame["metrics"]["vmaf"] for frame in json.loads(vmaf.read_text())["frames"]}
    lengths = [last - first + 1 for first, last, _ in spans]
    assert len(ssims) == sum(lengths), (len(ssims), lengths)
    parts = zip(_means(ssims, lengths), _means(vmafs, lengths), strict=True)
    return Fidelity(fmean(ssims.values()), fmean(vmafs.values()), tuple(parts))


def _means(values: dict[int, float], lengths: list[int]) -> list[float]:
    """Of each part, from values by frame."""
    spans = zip(accumulate(lengths), lengths, strict=True)
    return [fmean(values[n] for n in range(end - length, end) if n in values) for end, length in spans]


def _tiny(path: Path) -> np.ndarray:
    width, height = _TINY
    with tempfile.NamedTemporaryFile() as file:
        look = f"scale={width}:{height}:flags=area,format=gray"
        ffmpeg("-i", path, "-vf", look, "-fps_mode", "passthrough", "-f", "rawvideo", file.name)
        return np.fromfile(file.name, np.uint8).reshape(-1, height, width).astype(np.int16)
