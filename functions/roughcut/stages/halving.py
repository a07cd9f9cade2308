"""A chunk that takes longer than a worker lives is encoded as two, and each of those likewise.

A note in the bucket says so to the next worker, who finds the halves that are finished. A half is a chunk: whole GOPs,
which join without being encoded again.
"""

from roughcut.media.plan import Item
from roughcut.ports import MediaStore
from roughcut.stages.finished_items import is_finished


def parts_of(item: Item, gop: int, media: MediaStore) -> list[Item]:
    """The parts in which an item is to be encoded: itself, if it never took too long."""
    if item.kind != "video" or media.find(_note_key(item)) is None:
        return [item]
    return [part for half in item.halves(gop) for part in parts_of(half, gop, media)]


def unfinished(parts: list[Item], media: MediaStore) -> list[Item]:
    return [part for part in parts if not is_finished(part, media)]


def halve(item: Item, gop: int, media: MediaStore) -> bool:
    """Note that an item took too long; False if it cannot be halved."""
    if item.kind != "video" or item.frames <= gop:
        return False
    media.write_once(_note_key(item), b"{}", "application/json")
    return True


def _note_key(item: Item) -> str:
    return f"{item.key}/halved.json"
