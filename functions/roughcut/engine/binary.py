"""Where FFmpeg is."""

import gzip
import os
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir

from roughcut.jobs.errors import EncodeFailed


def ffmpeg_path(override: str | None) -> Path:
    """The executable in the imageio-ffmpeg package, unless another is asked for. Raises `EncodeFailed`."""
    return Path(override) if override else _bundled()


@cache
def _bundled() -> Path:
    """Found by name: the package's own search would start the executable once just to see whether it runs."""
    spec = find_spec("imageio_ffmpeg")
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = sorted(path for folder in folders for path in Path(folder, "binaries").glob("ffmpeg-*"))
    if not found:
        raise EncodeFailed("FFmpeg is missing: install the package imageio-ffmpeg, or set ROUGHCUT_FFMPEG to its path.")
    return _unpacked(found[0]) if found[0].suffix == ".gz" else found[0]


def _unpacked(packed: Path) -> Path:
    """The executable of layers/slides, where only a packed one has room; once for each sandbox, whole or not at all."""
    target = Path(gettempdir(), packed.stem)
    if not target.exists():
        with gzip.open(packed) as source, NamedTemporaryFile(dir=target.parent, delete=False) as file:
            shutil.copyfileobj(source, file, 1 << 20)
            os.fchmod(file.fileno(), 0o755)
        Path(file.name).replace(target)
    return target
