"""Files of this machine on their way into the bucket: which name each gets there."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from roughcut.dispatch.uploads import IMAGE_TYPES
from workbench.problem import Problem

IMAGE_SUFFIXES = frozenset(IMAGE_TYPES)
MAX_NAME_BYTES = 255  # of a name in the bucket

Kind = Literal["videos", "slides"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and the name it has below `sessions/<session>/<kind>/`."""

    path: Path
    kind: Kind
    name: str

    def key(self, session_id: str) -> str:
        return f"sessions/{session_id}/{self.kind}/{self.name}"


def name_sources(paths: Sequence[Path], kind: Kind) -> list[Source]:
    """One source for each path, in order. The same file twice is one source; another file of the same name becomes
    `name-2.mp4`, so that neither overwrites the other. Raises `Problem` for a path that cannot be uploaded."""
    named: dict[Path, Source] = {}
    for path in paths:
        require_file(path)
        if path.resolve() not in named:
            name = free_name(path.name, {source.name for source in named.values()})
            named[path.resolve()] = Source(path, kind, name)
    return [named[path.resolve()] for path in paths]


def require_file(path: Path) -> None:
    if not path.exists():
        raise Problem(f"{path} does not exist.")
    if not path.is_file():
        raise Problem(f"{path} is not a file.")
    if path.stat().st_size == 0:
        raise Problem(f"{path} is empty (0 bytes).")
    unusable = why_unusable(path.name)
    if unusable:
        raise Problem(f"{path.name!a} cannot be a name in the bucket: {unusable}; rename it.")


def why_unusable(name: str) -> str | None:
    """What the contract has against a file's name, or None."""
    if "\\" in name or any(unicodedata.category(character) == "Cc" for character in name):
        return "it holds a backslash or a control character"
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    return f"it is {size} bytes long, {MAX_NAME_BYTES} is the limit" if size > MAX_NAME_BYTES else None


def free_name(name: str, taken: set[str]) -> str:
    """`name`, or the first of `name-2`, `name-3`, ... (before the suffix) that nobody has."""
    stem, suffix = Path(name).stem, Path(name).suffix
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}{suffix}"
    return candidate
