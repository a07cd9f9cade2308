"""A file on disk of whose bytes only some have been fetched: the others are holes, and FFmpeg is none the wiser."""

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, cast

from roughcut.media.mp4_index import Index, read_index
from roughcut.media.ranges import Range, merged, missing, on_disk
from roughcut.ports import MediaStore, StoredObject
from roughcut.stages.room import Room

_BLOCK = 64 << 10  # bytes that are fetched where a few are asked for


class PartialFile(io.RawIOBase):
    """Reads an object of the bucket, fetching what it has not; every request is held to the object's ETag."""

    def __init__(self, source: StoredObject, path: Path, media: MediaStore) -> None:
        self.path, self._source, self._media = path, source, media
        self._present: list[Range] = []
        self._place = 0
        with path.open("wb") as file:
            file.truncate(source.size)

    @property
    def held_bytes(self) -> int:
        return on_disk(self._present)

    def index(self) -> Index | None:
        return read_index(cast(BinaryIO, self), self._source.size)

    def fetch(self, ranges: Iterable[Range]) -> None:
        """Raises `SourceMissing`, `SourceChanged`."""
        wanted = missing((Range(one.begin, min(one.end, self._source.size)) for one in ranges), self._present)
        self._media.download_ranges(self._source.key, self.path, wanted, etag=self._source.etag)
        self._present = merged([*self._present, *wanted])

    def complete(self, room: Room, purpose: str) -> None:
        """Fetch all that is missing. Raises `PlanTooLarge` if it does not fit."""
        room.require(self._source.size - self.held_bytes, purpose)
        self.fetch([Range(0, self._source.size)])

    def seek(self, place: int, whence: int = os.SEEK_SET, /) -> int:
        assert whence == os.SEEK_SET
        self._place = place
        return place

    def read(self, size: int = -1, /) -> bytes:
        end = min(self._place + max(size, 0), self._source.size)
        wanted = Range(self._place, end)
        if missing([wanted], self._present):
            self.fetch([Range(self._place, max(end, self._place + _BLOCK))])
        with self.path.open("rb") as file:
            file.seek(self._place)
            found = file.read(wanted.size)
        self._place += len(found)
        return found
