"""The media bucket's door: presigned URLs and forms, uploads in parts."""

from collections.abc import Callable, Sequence
from typing import Any

from roughcut.aws.media_store import S3MediaStore
from roughcut.door import Form, Part


class S3MediaDoor(S3MediaStore):
    """`MediaDoor` on one bucket."""

    def __init__(self, client: Any, bucket: str, address: Callable[[], str], secret: Callable[[], bytes]) -> None:
        super().__init__(client, bucket)
        self.address, self.secret = address, secret

    def readable(self, key: str, seconds: int, disposition: str | None = None) -> str:
        shown = {"ResponseContentDisposition": disposition} if disposition else {}
        return self._signed("get_object", seconds, Key=key, **shown)

    def form(self, key: str, content_type: str, size: int, seconds: int) -> Form:
        made = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", size, size]],
            ExpiresIn=seconds,
        )
        return Form(made["url"], made["fields"])

    def begin_upload(self, key: str, content_type: str) -> str:
        begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=content_type)
        return str(begun["UploadId"])

    def part_url(self, key: str, upload_id: str, part: Part, seconds: int) -> str:
        # The length is signed as a header: S3 takes no other.
        size = {"ContentLength": part.size}
        return self._signed("upload_part", seconds, Key=key, UploadId=upload_id, PartNumber=part.number, **size)

    def parts(self, key: str, upload_id: str) -> list[Part] | None:
        pages = self._client.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
        try:
            return [
                Part(part["PartNumber"], part["Size"], part["ETag"]) for page in pages for part in page.get("Parts", [])
            ]
        except self._client.exceptions.NoSuchUpload:
            return None

    def finish_upload(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": listed}
        )

    def _signed(self, operation: str, seconds: int, **params: Any) -> str:
        url: str = self._client.generate_presigned_url(
            operation, Params={"Bucket": self._bucket, **params}, ExpiresIn=seconds
        )
        return url
