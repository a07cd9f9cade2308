"""The media bucket in memory. tests/adapters holds it to the same suite as the real one."""

from collections.abc import Iterator, Sequence
from hashlib import md5
from pathlib import Path

from roughcut.door import Form, Part
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


class FakeMediaDoor(FakeMediaStore):
    """Its URLs tell what they would do; `uploads` are the parts by upload id."""

    def __init__(self) -> None:
        super().__init__()
        self.uploads: dict[str, list[Part]] = {}

    def address(self) -> str:
        return "https://api.example.com"

    def secret(self) -> bytes:
        return b"s" * 32

    def readable(self, key: str, seconds: int, disposition: str | None = None) -> str:
        return f"https://bucket.example.com/{key}?seconds={seconds}&disposition={disposition}"

    def form(self, key: str, content_type: str, size: int, seconds: int) -> Form:
        fields = {"key": key, "Content-Type": content_type, "policy": f"{size} bytes, {seconds} s"}
        return Form("https://bucket.example.com/", fields)

    def begin_upload(self, key: str, content_type: str) -> str:
        self.uploads[f"{key} as {content_type}"] = []
        return f"{key} as {content_type}"

    def part_url(self, key: str, upload_id: str, part: Part, seconds: int) -> str:
        return f"https://bucket.example.com/{key}?part={part.number}&size={part.size}&seconds={seconds}"

    def parts(self, key: str, upload_id: str) -> list[Part] | None:
        return self.uploads.get(upload_id)

    def finish_upload(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        del self.uploads[upload_id]
        self.objects[key] = b"".join(part.etag.encode() for part in parts)


def etag(body: bytes) -> str:
    return md5(body, usedforsecurity=False).hexdigest()
