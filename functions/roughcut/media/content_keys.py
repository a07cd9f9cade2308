"""Content keys: under which an item's work is found again by whoever needs the same.

A hash of all that decides what is written. Of equal keys any worker's item will do: pictures have the same frames and
the same avcC record, if not the same bytes, since x264's threads heed one another where `maxrate` holds them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from roughcut.media.chunks import Piece, Span, pieces
from roughcut.media.edit import Edit
from roughcut.media.ladder import THREADS, Rung

FORMAT = 3  # of what items write; part of every content key
_NOT_SHOWN = ("name", "key", "id", "type", "seconds", "fade", "density", "partial")


def video_key(edit: Edit, span: Span, rungs: Iterable[Rung], engine: str) -> str:
    """Equal exactly if the same pictures go into the same encoder with the same settings."""
    settings = [THREADS, [rung.as_dict() for rung in rungs]]
    return _digest("video", engine, edit, span, settings)


def copy_key(edit: Edit, span: Span, engine: str) -> str:
    """Equal exactly if the same packets come out."""
    return _digest("copy", engine, edit, span, [])


def audio_key(edit: Edit, span: Span, engine: str) -> str:
    """Equal exactly if the same sound comes out."""
    return _digest("audio", engine, edit, span, [])


def _digest(kind: str, engine: str, edit: Edit, span: Span, settings: list[Any]) -> str:
    canvas = [edit.canvas.size.width, edit.canvas.size.height, str(edit.canvas.rate)]
    shown = [_shown(edit, piece) for piece in pieces(edit, span)]
    document = [FORMAT, kind, engine, canvas, span.first, shown, settings]
    return sha256(json.dumps(document, separators=(",", ":")).encode()).hexdigest()[:40]


def _shown(edit: Edit, piece: Piece) -> list[Any]:
    """What a piece shows, whoever asks: the source by its bytes, not by its name, place or price."""
    source = edit.sources[piece.source].as_dict()
    facts = {k: v for k, v in source.items() if k not in _NOT_SHOWN}
    return [facts, piece.first, piece.frames, asdict(piece.fade) if piece.fade else None]
