"""The plan of a film: its ladder, its items of work, and what is written at the end."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal, Self

from roughcut.media.chunks import Piece, Span, audio_runs, chunks, pieces
from roughcut.media.edit import Edit
from roughcut.media.ladder import PRESET, THREADS, Rung, Skipped

VERSION = 1
FORMAT = 1  # of what items write; part of every content key


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the Map: a chunk of pictures or a run of sound. `key` is the folder of what it writes."""

    kind: Literal["video", "audio"]
    first: int
    frames: int
    key: str

    @property
    def span(self) -> Span:
        return Span(self.first, self.frames)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the film comes out as: a ladder, or the one file of a stitch_video job."""

    is_ladder: bool
    hls: bool
    thumbnail: bool


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

    def items_of(self, kind: str) -> list[Item]:
        """In film order."""
        return [item for item in self.items if item.kind == kind]

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
    rungs = tuple(rungs)
    video = [
        Item("video", span.first, span.frames, folder + video_key(edit, span, rungs, engine))
        for span in chunks(edit, rungs[0].size.short_side)
    ]
    audio = [
        Item("audio", span.first, span.frames, folder + audio_key(edit, span, engine)) for span in audio_runs(edit)
    ]
    return Plan(edit, rungs, tuple(skipped), outputs, (*video, *audio))


def video_key(edit: Edit, span: Span, rungs: Iterable[Rung], engine: str) -> str:
    """Equal exactly if the same pictures come out of the same encoder with the same settings."""
    settings = [PRESET, THREADS, [rung.as_dict() for rung in rungs]]
    return _digest("video", engine, edit, span, settings)


def audio_key(edit: Edit, span: Span, engine: str) -> str:
    """Equal exactly if the same sound comes out."""
    return _digest("audio", engine, edit, span, [])


def _digest(kind: str, engine: str, edit: Edit, span: Span, settings: list[Any]) -> str:
    canvas = [edit.canvas.size.width, edit.canvas.size.height, str(edit.canvas.rate)]
    shown = [_shown(edit, piece) for piece in pieces(edit, span)]
    document = [FORMAT, kind, engine, canvas, span.first, shown, settings]
    return sha256(json.dumps(document, separators=(",", ":")).encode()).hexdigest()[:40]


def _shown(edit: Edit, piece: Piece) -> list[Any]:
    """What a piece shows, whoever asks: the source by its bytes, not by its name or place."""
    source = edit.sources[piece.source].as_dict()
    facts = {k: v for k, v in source.items() if k not in ("name", "key", "id", "type", "seconds")}
    return [facts, piece.first, piece.frames]
