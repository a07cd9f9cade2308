"""The media bucket."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from roughcut.jobs.errors import SourceChanged, SourceMissing
from roughcut.jobs.tenancy import outer_key
from roughcut.media.ranges import Range, requests, within
from roughcut.ports import StoredObject

_PIECE = 1 << 20
_RANGES_AT_ONCE = 8  # of the ten connections that a client keeps
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_CHANGED = frozenset({"412", "PreconditionFailed"})
_EXISTS = frozenset({"412", "PreconditionFailed", "409", "ConditionalRequestConflict"})


class S3MediaStore:
    """`MediaStore` on one bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def find(self, key: str) -> StoredObject | None:
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        return _stored(key, head["ContentLength"], head)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            for entry in page.get("Contents", []):
                yield _stored(entry["Key"], entry["Size"], entry)

    def read(self, key: str) -> bytes:
        body: bytes = self._get(key)["Body"].read()
        return body

    def write(self, key: str, body: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def download(self, key: str, to: Path, *, etag: str | None = None) -> None:
        answer = self._get(key, **({"IfMatch": f'"{etag}"'} if etag else {}))
        with to.open("wb") as file:
            for piece in answer["Body"].iter_chunks(_PIECE):
                file.write(piece)

    def download_ranges(self, key: str, to: Path, ranges: Sequence[Range], *, etag: str) -> None:
        with to.open("r+b") as file, ThreadPoolExecutor(_RANGES_AT_ONCE) as pool:
            fetching = [pool.submit(self._fetch, key, file.fileno(), near, etag) for near in requests(ranges)]
            try:
                for done in as_completed(fetching):
                    done.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _fetch(self, key: str, file: int, near: Sequence[Range], etag: str) -> None:
        place, end = near[0].begin, near[-1].end
        answer = self._get(key, IfMatch=f'"{etag}"', Range=f"bytes={place}-{end - 1}")
        for piece in answer["Body"].iter_chunks(_PIECE):
            for one in within(near, Range(place, place + len(piece))):
                os.pwrite(file, piece[one.begin - place : one.end - place], one.begin)
            place += len(piece)
        if place != end:
            raise SourceChanged(f"{key.rpartition('/')[2]} is shorter than when it was looked at")

    def upload(self, path: Path, key: str, content_type: str) -> None:
        self._client.upload_file(str(path), self._bucket, key, ExtraArgs={"ContentType": content_type})

    def write_once(self, key: str, body: bytes, content_type: str) -> bool:
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) in _EXISTS:
                return False
            raise
        return True

    def _get(self, key: str, **conditions: str) -> Any:
        name = key.rpartition("/")[2]
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key, **conditions)
        except ClientError as error:
            if _code(error) in _MISSING:
                raise SourceMissing(
                    f"{name} is not in the bucket: nothing lies at {outer_key(key)}", clip=name
                ) from error
            if _code(error) in _CHANGED:
                raise SourceChanged(f"{name} was replaced after the edit was decided", clip=name) from error
            raise


def _stored(key: str, size: int, told: Mapping[str, Any]) -> StoredObject:
    return StoredObject(key, int(size), told["ETag"].strip('"'), round(told["LastModified"].timestamp() * 1000))


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
