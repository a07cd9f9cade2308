"""Uploads go to the bucket past us: a form for one object of the right name, type and size, or URLs for its parts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.view import iso
from roughcut.door import Part
from roughcut.jobs.request import NAME_LIMIT, RequestRefused
from roughcut.jobs.tenancy import outer_session

FORM_SECONDS = 15 * 60
# The credentials that sign them end earlier; whoever needs longer asks again.
PARTS_SECONDS = 12 * 3600
FORM_LIMIT = 5 * 2**30  # bytes; source: S3's limit for one POST
MOST_PARTS = 1000  # URLs of one answer; S3 would take 10,000
_LEAST_PART = 64 * 2**20
_MIB = 2**20
# S3 puts the client's own file name in place of this, in whichever field of a form.
_PLACEHOLDER = "${filename}"

_FOLDERS = {"video": "videos", "slide": "slides"}
IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
_TYPES = {
    **IMAGE_TYPES,
    ".mp4": "video/mp4",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".ts": "video/mp2t",
    ".mpg": "video/mpeg",
    ".wmv": "video/x-ms-wmv",
    ".flv": "video/x-flv",
    ".ogv": "video/ogg",
}

_Node = dict[str, Any]


def upload(desk: Desk, request: Mapping[str, Any]) -> _Node:
    """How to upload; with `upload_id`, which parts are still missing, or the object once none is.

    Raises `RequestRefused`.
    """
    name, kind, size = request["name"], request["kind"], request["size_bytes"]
    suffix = PurePosixPath(name).suffix.lower()
    _check(name, kind, suffix)
    key = f"sessions/{request['session_id']}/{_FOLDERS[kind]}/{name}"
    content_type = _TYPES.get(suffix, "application/octet-stream")
    told = {"key": key, "content_type": content_type, "size_bytes": size}
    if "upload_id" in request:
        return told | _resumed(desk, key, request)
    if size > FORM_LIMIT or _PLACEHOLDER in name:
        upload_id = desk.media.begin_upload(key, content_type)
        return told | _parts(desk, key, {**request, "upload_id": upload_id}, list(_split(size)))
    form = desk.media.form(key, content_type, size, FORM_SECONDS)
    return told | {"method": "post", "url": form.url, "fields": dict(form.fields), **_until(desk, FORM_SECONDS)}


def part_size(size: int) -> int:
    """Bytes of every part but the last: whole MiB, so that there are 1,000 parts at most."""
    return max(_LEAST_PART, -(-size // MOST_PARTS // _MIB) * _MIB)


def _check(name: str, kind: str, suffix: str) -> None:
    if len(name.encode()) > NAME_LIMIT:
        message = f"name is {len(name.encode())} bytes: a name has {NAME_LIMIT} at most."
        raise RequestRefused("InvalidRequest", message, "name")
    if kind == "slide" and suffix not in IMAGE_TYPES:
        message = f"name is {name[:80]!r}: a slide must be a {', '.join(IMAGE_TYPES)} image."
        raise RequestRefused("InvalidRequest", message, "name")


def _split(size: int) -> Iterator[Part]:
    each = part_size(size)
    for number, place in enumerate(range(0, size, each), 1):
        yield Part(number, min(each, size - place))


def _parts(desk: Desk, key: str, request: Mapping[str, Any], missing: Sequence[Part]) -> _Node:
    """URLs for the parts, and the request to send when they are stored."""
    upload_id = request["upload_id"]
    return {
        "method": "multipart",
        "upload_id": upload_id,
        "part_size": part_size(request["size_bytes"]),
        "parts": [
            {
                "part_number": part.number,
                "size_bytes": part.size,
                "url": desk.media.part_url(key, upload_id, part, PARTS_SECONDS),
            }
            for part in missing
        ],
        "completion": {
            "session_id": outer_session(request["session_id"]),
            **{name: request[name] for name in ("name", "kind", "size_bytes", "upload_id")},
        },
        **_until(desk, PARTS_SECONDS),
    }


def _resumed(desk: Desk, key: str, request: Mapping[str, Any]) -> _Node:
    upload_id = request["upload_id"]
    stored = desk.media.parts(key, upload_id)
    if stored is None:
        message = "there is no such upload of this name: it is complete, or older than two days; begin a new one."
        raise RequestRefused("NotFound", message, "upload_id")
    by_number = {part.number: part for part in stored}
    wanted = list(_split(request["size_bytes"]))
    missing = [part for part in wanted if part.number not in by_number or by_number[part.number].size != part.size]
    if missing:
        return _parts(desk, key, request, missing)
    desk.media.finish_upload(key, upload_id, [by_number[part.number] for part in wanted])
    return {"method": "multipart", "upload_id": upload_id, "completed": True}


def _until(desk: Desk, seconds: int) -> _Node:
    return {"expires_at": iso(desk.clock() + seconds * 1000)}
