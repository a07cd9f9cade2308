"""The sources of an item of work on a worker's disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from roughcut.jobs.errors import EncodeFailed, PipelineError
from roughcut.media.audio_command import heard_sources
from roughcut.media.chunks import Piece, pieces
from roughcut.media.foresight import item_load
from roughcut.media.inputs import stretch
from roughcut.media.partial import opening, read
from roughcut.media.plan import Item, Plan
from roughcut.media.sources import Clip
from roughcut.ports import MediaStore, StoredObject
from roughcut.stages.partial_file import PartialFile
from roughcut.stages.remux import remux
from roughcut.stages.room import Room

_SIGNS = ("Invalid data found when processing input", "Invalid NAL unit size")


@dataclass
class Fetched:
    """`files` by the source's index; `partial` are those of them that have holes."""

    room: Room
    files: dict[int, Path] = field(default_factory=dict)
    partial: dict[str, PartialFile] = field(default_factory=dict)

    def run(self, arguments: Sequence[str], on_line: Callable[[str], None]) -> None:
        """Run the encoder on the files; again on whole ones if it may have read a hole."""
        if not self.partial:
            self.room.encoder.run(arguments, self.room.folder, on_line)
        elif self._meets_a_hole(arguments, on_line):
            for name, file in self.partial.items():
                file.complete(self.room, f"Clip {name!r} has damage and must be read whole, which")
            self.room.encoder.run(arguments, self.room.folder, on_line)

    def _meets_a_hole(self, arguments: Sequence[str], on_line: Callable[[str], None]) -> bool:
        """Whether a decoder got what it could not read, as zeros are; a clip may also be damaged itself."""
        try:
            complaints = self.room.encoder.run(arguments, self.room.folder, on_line)
        except EncodeFailed:
            return True
        return any(sign in complaints for sign in _SIGNS)


def fetched(plan: Plan, item: Item, media: MediaStore, room: Room) -> Fetched:
    """The sources of an item, each once, clips in parts where that is less. Raises `SourceChanged` if one is another
    than was probed."""
    shown = pieces(plan.edit, item.span)
    if item.kind == "audio":
        heard = heard_sources(plan.edit, item.span)
        shown = [piece for piece in shown if piece.source in heard]
    room.require(item_load(plan, item).held, "Encoding this part of the film")
    found = Fetched(room)
    for index in sorted({piece.source for piece in shown}):
        source, path = plan.edit.sources[index], room.folder / f"source-{index}"
        found.files[index] = path
        if not isinstance(source, Clip):
            media.download(source.key, path)
            continue
        try:
            of_it = [piece for piece in shown if piece.source == index]
            if file := _in_parts(source, of_it, plan.edit.canvas.rate, item.kind, path, media):
                found.partial[source.name] = file
            else:
                _whole(source, path, media, room)
        except PipelineError as problem:
            problem.clip = source.name
            raise
    return found


def _in_parts(
    clip: Clip,
    shown: Sequence[Piece],
    rate: Fraction,
    kind: Literal["video", "audio", "copy"],
    path: Path,
    media: MediaStore,
) -> PartialFile | None:
    """What is read of a clip for these pieces of it; None if it is to be fetched whole."""
    if kind == "copy" or not clip.fetched(kind, [float(piece.frames / rate) for piece in shown]):
        return None
    file = PartialFile(StoredObject(clip.key, clip.size_bytes, clip.etag), path, media)
    index = file.index()
    if index is None:
        return None
    file.fetch([*opening(index), *read(index, kind, [stretch(clip, p.first, p.frames, rate) for p in shown])])
    return file


def _whole(clip: Clip, path: Path, media: MediaStore, room: Room) -> None:
    media.download(clip.key, path, etag=clip.etag)
    if clip.remuxed_from and not remux(path, clip.remuxed_from, room):
        raise EncodeFailed(f"Clip {clip.name!r} could not be copied to a seekable file.", clip=clip.name)
