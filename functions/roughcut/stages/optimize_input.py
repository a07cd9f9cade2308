"""What an optimize_video job starts from."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from roughcut.contracts import ContractBroken, check
from roughcut.jobs.errors import SourceMissing, SourceUnreadable
from roughcut.media.edit import Edit
from roughcut.media.timeline import Cut, decide
from roughcut.ports import MediaStore, StoredObject
from roughcut.stages.blame import naming
from roughcut.stages.documents import read_document
from roughcut.stages.probe import probe
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob


def optimize_edit(job: StageJob, payload: dict[str, Any], *, media: MediaStore, room: Room) -> Edit:
    """The Edit of one part of the input asked for; else the session's newest Edit whose sources are unchanged, else
    one part of its newest film. Raises `SourceMissing`."""
    key = _asked_key(job, payload["input"]) if "input" in payload else None
    if key is None:
        results = _results(job, media)
        edit = next(_unchanged_edits(results, media), None)
        if edit is not None:
            return edit
        key = next(_films(results, media), None)
    if key is None:
        raise SourceMissing("payload.input is missing: the session has no earlier film to optimize.")
    name = PurePosixPath(key).name
    with naming(name):
        clip = probe(name, key, media=media, room=room, place="input")
    return decide([Cut(clip.name)], {clip.name: clip}, size=payload.get("canvas"), rate=payload.get("fps"))


def _asked_key(job: StageJob, given: str) -> str:
    """A name below videos/, or a whole key of this session's."""
    if "/" not in given:
        return f"{job.session_prefix}videos/{given}"
    if not given.startswith(job.session_prefix) or ".." in given.split("/"):
        raise SourceMissing(f"payload.input is {given!r}: it must be a key below {job.session_prefix}.", clip=given)
    return given


def _results(job: StageJob, media: MediaStore) -> list[StoredObject]:
    """The result.json of every attempt that came to its end, newest first."""
    found = (item for item in media.list(f"{job.session_prefix}jobs/") if item.key.endswith("/result.json"))
    return sorted(found, key=lambda item: (item.modified_ms, item.key), reverse=True)


def _unchanged_edits(results: Iterable[StoredObject], media: MediaStore) -> Iterator[Edit]:
    for result in results:
        key = result.key.removesuffix("result.json") + "edit.json"
        if media.find(key) is not None:
            edit = _stored(key, media).conformed()
            if all(_is_unchanged(clip.key, clip.etag, media) for clip in edit.clips):
                yield edit


def _stored(key: str, media: MediaStore) -> Edit:
    """Of any version before this one, whose schema has a default for every field that came later."""
    try:
        return Edit.from_dict(check(read_document(media, key), "edit"))
    except ContractBroken as unknown:
        reason = f"The session's newest film was made by another version of Roughcut: its {unknown.message}"
        raise SourceUnreadable(f"{reason} Name a clip in payload.input.") from unknown


def _is_unchanged(key: str, etag: str, media: MediaStore) -> bool:
    found = media.find(key)
    return found is not None and found.etag == etag


def _films(results: Iterable[StoredObject], media: MediaStore) -> Iterator[str]:
    for result in results:
        stitched = read_document(media, result.key).get("stitched")
        if stitched:
            yield stitched["key"]
