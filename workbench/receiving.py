"""What a job made, from its links to a folder of this machine; no credentials are needed."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.problem import Problem

_PIECE = 1 << 20
TIMEOUT_SECONDS = 60

# The name of the file, and how far it is in percent.
Told = Callable[[str, float], None]


def receive_all(links: Mapping[str, Any], folder: Path, told: Told) -> list[Path]:
    """The films, pictures and slides that an answer of the operation links leads to; not what is played by link.

    Raises `Problem` for one that does not come whole; then nothing of it is left.
    """
    return [receive(url, folder / name, told) for name, url in _files(links)]


def receive(url: str, target: Path, told: Told) -> Path:
    unfinished = target.with_name(f".{target.name[-200:]}.part")
    try:
        with _opener().open(url, timeout=TIMEOUT_SECONDS) as response, unfinished.open("wb") as file:
            size, done = int(response.headers["Content-Length"]), 0
            while piece := response.read(_PIECE):
                done += file.write(piece)
                told(target.name, 100 * done / size)
        if done < size:
            raise Problem(f"{target.name} did not come whole ({done} of {size} bytes); run the command again.")
        unfinished.replace(target)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as problem:
        raise Problem(f"{target.name} did not come ({problem}); run the command again.") from problem
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _files(links: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    single = [links[part] for part in ("stitched", "thumbnail") if part in links]
    # The stitched film may be the highest rendition under a name of its own.
    keys = {link["key"]: link for link in [*links["slides"], *single, *links["renditions"]]}
    for link in keys.values():
        yield link.get("file_name") or PurePosixPath(link["key"]).name, link["url"]


def _opener() -> urllib.request.OpenerDirector:
    """Without proxies, since the default endpoint is on this machine."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
