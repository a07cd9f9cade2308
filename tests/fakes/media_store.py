"""The media bucket in memory. tests/adapters holds it to the same suite as the real one."""

from collections.abc import Iterator, Sequence
from hashlib import md5
from pathlib import Path

from roughcut.jobs.errors import SourceChanged, SourceMissing
from roughcut.media.ranges import Range
from roughcut.ports import StoredObject


class FakeMediaStore:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def find(self, key: str) -> StoredObject | None:
        body = self.objects.get(key)
        return None if body is None else StoredObject(key, len(body), etag(body))

    def list(self, prefix: str) -> Iterator[StoredObject]:
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield StoredObject(key, len(self.objects[key]), etag(self.objects[key]))

    def read(self, key: str) -> bytes:
        if key not in self.objects:
            name = key.rpartition("/")[2]
            raise SourceMissing(f"{name} is not in the bucket: nothing lies at {key}", clip=name)
        return self.objects[key]

    def write(self, key: str, body: bytes, content_type: str) -> None:
        self.objects[key] = body

    def download(self, key: str, to: Path, *, etag: str | None = None) -> None:
        to.write_bytes(self._unchanged(key, etag))

    def download_ranges(self, key: str, to: Path, ranges: Sequence[Range], *, etag: str) -> None:
        body = self._unchanged(key, etag)
        with to.open("r+b") as file:
            for one in ranges:
                file.seek(one.begin)
                file.write(body[one.begin : one.end])

    def _unchanged(self, key: str, etag: str | None) -> bytes:
        body = self.read(key)
        if etag is not None and etag != globals()["etag"](body):
            name = key.rpartition("/")[2]
            raise SourceChanged(f"{name} was replaced after the edit was decided", clip=name)
        return body

    def upload(self, path: Path, key: str, content_type: str) -> None:
        self.objects[key] = path.read_bytes()

    def write_once(self, key: str, body: bytes, content_type: str) -> bool:
        if key in self.objects:
            return False
        self.objects[key] = body
        return True


def etag(body: bytes) -> str:
    return md5(body, usedforsecurity=False).hexdigest()
