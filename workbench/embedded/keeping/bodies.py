"""Bytes of objects: one file each, written before the object is there, removed after it is gone."""

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO


class Body:
    """A file that is open only while it is read; stands where moto has an object's temporary file."""

    def __init__(self, path: Path) -> None:
        self.path, self._position = path, 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        base = self.path.stat().st_size if whence == os.SEEK_END else self._position if whence == os.SEEK_CUR else 0
        self._position = base + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """As of a file. Raises `FileNotFoundError` once the object is gone."""
        with self.path.open("rb") as file:
            file.seek(self._position)
            content = file.read(size)
        self._position += len(content)
        return content

    def close(self) -> None:
        """Nothing to do: the file outlives the process."""


class Bodies:
    """The files below one folder, in 256 folders, so that none of them grows long."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: BinaryIO) -> Body:
        """A new file with all of `content`, on the disk when this returns. Raises `OSError`, and leaves no file."""
        name = uuid.uuid4().hex
        path = self.path(f"{name[:2]}/{name}")
        path.parent.mkdir(exist_ok=True)
        try:
            with path.open("wb") as file:
                content.seek(0)
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return Body(path)

    def name(self, body: Body) -> str:
        """What finds it again."""
        return body.path.relative_to(self._folder).as_posix()

    def path(self, name: str) -> Path:
        """The reverse of `name`."""
        return self._folder / name

    def remove_all_but(self, names: Iterable[str]) -> None:
        """Files of objects that a kill kept from being, or from being removed."""
        wanted = {self.path(name) for name in names}
        for path in self._folder.glob("*/*"):
            if path not in wanted:
                path.unlink()
