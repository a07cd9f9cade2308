"""Finished items in the bucket: files first, done.json last, so that one without the other does not count."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from roughcut.media.plan import Item, Plan
from roughcut.ports import MediaStore
from roughcut.stages.documents import read_document

_TYPES = {".mp4": "video/mp4", ".flac": "audio/flac", ".jpg": "image/jpeg"}

Written = tuple[Iterable[Path], dict[str, Any]]  # an item's files, and what is noted of it


def is_finished(item: Item, media: MediaStore) -> bool:
    return media.find(_done_key(item)) is not None


def facts_of(item: Item, media: MediaStore) -> dict[str, Any]:
    """What its encoder noted. Raises `SourceMissing` if it is not finished."""
    return read_document(media, _done_key(item))


def finish(item: Item, files: Iterable[Path], facts: dict[str, Any], media: MediaStore) -> None:
    """Store an item. If another worker was faster, its facts stand beside these files.

    They are true of both: where a rate is held bits differ, but not frames, their order, avcC records or sound.
    """
    for file in files:
        media.upload(file, f"{item.key}/{file.name}", _TYPES[file.suffix])
    document = {"v": 1, "kind": item.kind, "frames": item.frames, **facts}
    media.write_once(_done_key(item), json.dumps(document).encode(), "application/json")


def finish_in_parts(item: Item, parts: Iterable[Item], media: MediaStore) -> None:
    """Note that an item is finished as several."""
    finish(item, [], {"parts": [asdict(part) for part in parts]}, media)


def as_finished(plan: Plan, media: MediaStore) -> Plan:
    """The plan with what was finished in parts replaced by them."""
    return replace(plan, items=tuple(part for item in plan.items for part in _parts(item, media)))


def _parts(item: Item, media: MediaStore) -> list[Item]:
    if item.kind != "video":
        return [item]
    parts = facts_of(item, media).get("parts")
    return [Item(**part) for part in parts] if parts else [item]


def _done_key(item: Item) -> str:
    return f"{item.key}/done.json"
