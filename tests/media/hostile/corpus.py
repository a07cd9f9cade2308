"""Every hostile file, by class and name.

    python -m tests.media.hostile.corpus FOLDER SECRET PORT

Writes them to FOLDER/<kind>/<family>/<name>: making bombs takes memory, which must not count as their reader's.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.media.hostile.bombs import bombs
from tests.media.hostile.broken import flipped, truncated
from tests.media.hostile.disguised import disguised
from tests.media.hostile.references import polyglots, samples, with_references
from tests.media.hostile.stills import stills


@dataclass(frozen=True)
class Hostile:
    """`kind` is where it is uploaded: "videos" or "slides"."""

    family: str
    name: str
    body: bytes
    kind: str = "videos"


def corpus(folder: Path, secret: str, port: int) -> Iterator[Hostile]:
    good = samples(folder)
    mp4, mkv, avi = good["mp4"], good["mkv"], good["avi"]
    families = {
        "disguised": disguised(secret, port),
        "references": with_references(mp4, mkv, avi, secret, port),
        "polyglots": polyglots(mp4),
        "bombs": bombs(mp4, folder),
        "truncated": truncated(good),
        "flipped": dict(flipped(good, range(30))),
    }
    for family, files in families.items():
        yield from (Hostile(family, name, body) for name, body in files.items())
    for name, body in stills(folder, mp4, secret).items():
        yield Hostile("stills", name, body, "slides")


def write(folder: Path, secret: str, port: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        for file in corpus(Path(made), secret, port):
            path = folder / file.kind / file.family / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)


def written(folder: Path) -> Iterator[Hostile]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield Hostile(path.parent.name, path.name, path.read_bytes(), path.parent.parent.name)


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
