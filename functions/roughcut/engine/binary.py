"""Where FFmpeg is."""

from importlib.util import find_spec
from pathlib import Path

from roughcut.jobs.errors import EncodeFailed


def ffmpeg_path(override: str | None) -> Path:
    """The executable in the imageio-ffmpeg package, unless another is asked for. Raises `EncodeFailed`."""
    return Path(override) if override else _bundled()


def _bundled() -> Path:
    """Found by name: the package's own search would start the executable once just to see whether it runs."""
    spec = find_spec("imageio_ffmpeg")
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = sorted(path for folder in folders for path in Path(folder, "binaries").glob("ffmpeg-*"))
    if not found:
        raise EncodeFailed("FFmpeg is missing: install the package imageio-ffmpeg, or set ROUGHCUT_FFMPEG to its path.")
    return found[0]
