"""Finished items in the bucket: files first, done.json last, so that one without the other does not count."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from roughcut.media.plan import Item
from roughcut.ports import MediaStore
from roughcut.stages.documents import read_document

_TYPES = {".mp4": "video/mp4", ".flac": "audio/flac", ".jpg": "image/jpeg"}


def is_finished(item: Item, media: MediaStore) -> bool:
    return media.find(_done_key(item)) is not None


def facts_of(item: Item, media: MediaStore) -> dict[str, Any]:
    """What its encoder noted. Raises `SourceMissing` if it is not finished."""
    return read_document(media, _done_key(item))


def finish(item: Item, files: Iterable[Path], facts: dict[str, Any], media: MediaStore) -> None:
    """Store an item. If another worker was faster, its equal bytes stand."""
    for file in files:
        media.upload(file, f"{item.key}/{file.name}", _TYPES[file.suffix])
    document = {"v": 1, "kind": item.kind, "frames": item.frames, **facts}
    media.write_once(_done_key(item), json.dumps(document).encode(), "application/json")


def _done_key(item: Item) -> str:
    return f"{item.key}/done.json"
