"""The plan of a film: its ladder, its items of work, and what is written at the end."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any, Literal, Self

from roughcut.media.chunks import Span, audio_runs, chunks, refuse_endless
from roughcut.media.content_keys import audio_key, copy_key, video_key
from roughcut.media.edit import Edit, Part
from roughcut.media.ladder import Rung, Skipped

VERSION = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the Map: a chunk of pictures, a run of sound, or the pictures of a part that is copied.

    `key` is the folder of what it writes.
    """

    kind: Literal["video", "audio", "copy"]
    first: int
    frames: int
    key: str

    @property
    def span(self) -> Span:
        return Span(self.first, self.frames)

    def halves(self, gop: int) -> "tuple[Item, Item]":
        """The chunk as two of whole GOPs, which lie within its folder."""
        first = -(-self.frames // gop) // 2 * gop
        begin = replace(self, frames=first, key=f"{self.key}/1")
        return begin, replace(self, first=self.first + first, frames=self.frames - first, key=f"{self.key}/2")


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the film comes out as: a ladder, or the one file of a stitch_video job."""

    is_ladder: bool
    hls: bool
    thumbnail: bool
    storyboard: bool = False
    is_normalized: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the workers of one film need to know."""

    edit: Edit
    rungs: tuple[Rung, ...]
    skipped: tuple[Skipped, ...]
    outputs: Outputs
    items: tuple[Item, ...]

    def rung(self, name: str) -> Rung:
        return next(rung for rung in self.rungs if rung.name == name)

    @property
    def pictures(self) -> list[Item]:
        """Encoded or copied, in film order."""
        return [item for item in self.items if item.kind != "audio"]

    @property
    def sound(self) -> list[Item]:
        """In film order."""
        return [item for item in self.items if item.kind == "audio"]

    @property
    def has_copies(self) -> bool:
        return any(item.kind == "copy" for item in self.pictures)

    @property
    def is_copied(self) -> bool:
        """No picture of it is encoded."""
        return all(item.kind == "copy" for item in self.pictures)

    def is_audio_leader(self, rung: Rung) -> bool:
        """Rungs of the same audio rate share one HLS audio rendition; the first of them writes it."""
        return next(other for other in self.rungs if other.audio == rung.audio) == rung

    def as_dict(self) -> dict[str, Any]:
        return {
            "v": VERSION,
            "edit": self.edit.as_dict(),
            "rungs": [rung.as_dict() for rung in self.rungs],
            "skipped": [skip.as_dict() for skip in self.skipped],
            "outputs": asdict(self.outputs),
            "items": [asdict(item) for item in self.items],
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        return cls(
            Edit.from_dict(document["edit"]),
            tuple(Rung.from_dict(rung) for rung in document["rungs"]),
            tuple(Skipped(**skip) for skip in document["skipped"]),
            Outputs(**document["outputs"]),
            tuple(Item(**item) for item in document["items"]),
        )


def make_plan(
    edit: Edit, rungs: Iterable[Rung], skipped: Iterable[Skipped], outputs: Outputs, *, engine: str, folder: str
) -> Plan:
    """`engine` names encoder version and architecture; `folder` is chunks/<session_id>/. Raises `PlanTooLarge`."""
    refuse_endless(edit)
    rungs = tuple(rungs)
    pictures = _picture_items(edit, rungs, engine, folder)
    audio = [
        Item("audio", span.first, span.frames, folder + audio_key(edit, span, engine)) for span in audio_runs(edit)
    ]
    return Plan(edit, rungs, tuple(skipped), outputs, (*pictures, *audio))


def _picture_items(edit: Edit, rungs: tuple[Rung, ...], engine: str, folder: str) -> Iterator[Item]:
    """Chunks of what is encoded, and each copied part."""
    placed = zip(edit.parts, edit.starts, strict=True)
    for is_copied, stretch in groupby(placed, key=lambda place: place[0].is_copied):
        parts, starts = zip(*stretch, strict=True)
        for span in _whole(parts, starts) if is_copied else _chunked(edit, parts, starts[0], rungs):
            key = copy_key(edit, span, engine) if is_copied else video_key(edit, span, rungs, engine)
            yield Item("copy" if is_copied else "video", span.first, span.frames, folder + key)


def _whole(parts: Iterable[Part], starts: Iterable[int]) -> list[Span]:
    return [Span(start, part.frames) for part, start in zip(parts, starts, strict=True)]


def _chunked(edit: Edit, parts: tuple[Part, ...], start: int, rungs: tuple[Rung, ...]) -> list[Span]:
    spans = chunks(replace(edit, parts=parts), rungs)
    return [Span(start + span.first, span.frames) for span in spans]
