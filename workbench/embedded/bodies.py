"""Bytes of objects: one file each, written before the object is there, removed after it is gone."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

# Each piece of another's body is a file opened.
_PIECE = 1024 * 1024


class Body:
    """A file that is open only while it is read; stands where moto has an object's temporary file.

    One that is not `kept` goes with the object.
    """

    # A Path would be larger than all the rest.
    __slots__ = ("_name", "_position", "kept")

    def __init__(self, path: Path, *, kept: bool = True) -> None:
        self._name, self.kept, self._position = str(path), kept, 0

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return Path(self._name)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        base = self.path.stat().st_size if whence == os.SEEK_END else self._position if whence == os.SEEK_CUR else 0
        self._position = base + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """As of a file. Raises `FileNotFoundError` once the object is gone."""
        with self.open() as file:
            content = file.read(size)
        self._position += len(content)
        return content

    def open(self) -> BinaryIO:
        """The file, at this position. Until it is closed it has all bytes, even if the object goes."""
        file = self.path.open("rb")
        file.seek(self._position)
        return file

    def close(self) -> None:
        """Remove the file, unless somebody keeps it."""
        if not self.kept:
            self.path.unlink(missing_ok=True)


class Bodies:
    """The files below one folder, in 256 folders, so that none of them grows long. `kept`: when the process ends."""

    def __init__(self, folder: Path, *, kept: bool = True) -> None:
        self.folder, self._kept = folder, kept

    def keep(self, content: Any) -> Body:
        """A file with all of `content`, a file or another's body; on the disk when this returns if it is kept.

        Raises `OSError`, and leaves no file.
        """
        name = uuid.uuid4().hex
        path = self.path(f"{name[:2]}/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._fill(path, content)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return Body(path, kept=self._kept)

    def _fill(self, path: Path, content: Any) -> None:
        if not (isinstance(content, Body) and _moved(content.path, path)):
            content.seek(0)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file, _PIECE)
        if self._kept:
            with path.open("rb") as file:
                os.fsync(file.fileno())

    def name(self, body: Body) -> str:
        """What finds it again."""
        return body.path.relative_to(self.folder).as_posix()

    def path(self, name: str) -> Path:
        """The reverse of `name`."""
        return self.folder / name

    def remove_all_but(self, names: Iterable[str]) -> None:
        """Files of objects that a kill kept from being, or from being removed."""
        wanted = {self.path(name) for name in names}
        for path in self.folder.glob("*/*"):
            if path not in wanted:
                path.unlink()


def _moved(source: Path, target: Path) -> bool:
    """False if they are on different disks."""
    try:
        source.replace(target)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        return False
    return True
