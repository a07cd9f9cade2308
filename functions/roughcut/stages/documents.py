"""JSON documents in the media bucket."""

import json
from typing import Any

from roughcut.ports import MediaStore
from roughcut.stages.stage_job import StageJob


def read_document(media: MediaStore, key: str) -> dict[str, Any]:
    """Raises `SourceMissing`."""
    document: dict[str, Any] = json.loads(media.read(key))
    return document


def write_document(media: MediaStore, key: str, document: dict[str, Any]) -> str:
    """Returns the key."""
    media.write(key, json.dumps(document, ensure_ascii=False).encode(), "application/json")
    return key


def payload_of(media: MediaStore, job: StageJob) -> dict[str, Any]:
    """What the client asked for."""
    payload: dict[str, Any] = read_document(media, job.request_key)["payload"]
    return payload
