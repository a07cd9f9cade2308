"""Links to what a finished job made. They are signed by the stack, so that they outlive the role's credentials."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from roughcut.dispatch.cancel import existing
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.view import iso
from roughcut.jobs.errors import SourceMissing
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.request import NAME_LIMIT, RequestRefused, video_name
from roughcut.jobs.status import Status
from roughcut.jobs.tenancy import outer_session, owned
from roughcut.jobs.tickets import Ticket, seal

_Node = dict[str, Any]


def links(desk: Desk, key: JobKey, seconds: int) -> _Node:
    """A link for each thing that the job made, good for `seconds`. Raises `RequestRefused`."""
    job = existing(desk, key)
    result = _result(desk, job)
    until = desk.clock() // 1000 + seconds
    expires = {"expires_at": iso(until * 1000)}
    name = _film_name(desk, job)

    def link(made: Mapping[str, Any], file_name: str = "", **facts: Any) -> _Node:
        url = link_to(desk, Ticket(made["key"], until, file_name))
        named = {"file_name": file_name} if file_name else {}
        return {**facts, "key": made["key"], **named, "url": url, **expires}

    single = {part: link(result[part]) for part in ("hls", "thumbnail", "storyboard") if result.get(part)}
    if result.get("stitched"):
        single["stitched"] = link(result["stitched"], _fitted(name, ".mp4"))
    return {
        **owned(key.session_id),
        "job_id": key.job_id,
        **expires,
        "slides": [link(slide, id=slide["id"]) for slide in result["slides"]],
        "renditions": [
            link(made, _fitted(name, f" {made['resolution']}.mp4"), resolution=made["resolution"])
            for made in result["renditions"]
        ],
        **single,
    }


def link_to(desk: Desk, ticket: Ticket) -> str:
    return f"{desk.media.address()}/d/{seal(ticket, desk.media.secret())}"


def _result(desk: Desk, job: Job) -> _Node:
    if job.status is not Status.SUCCEEDED or job.result_key is None:
        message = f"job {job.job_id} is {job.status.word}; only a completed job has links."
        raise RequestRefused("Conflict", message, "job_id")
    try:
        result: _Node = json.loads(desk.media.read(job.result_key))
    except SourceMissing as gone:
        message = f"what job {job.job_id} made is deleted, as MediaRetentionDays of the stack says; submit it anew."
        raise RequestRefused("NotFound", message, "job_id") from gone
    return result


def _film_name(desk: Desk, job: Job) -> str:
    """A download is called after the job's input, or its first clip; a film of slides after its session."""
    payload = json.loads(desk.jobs.request(job.key))["payload"]
    first = payload.get("input") or next(map(video_name, payload.get("videos", [])), None)
    return PurePosixPath(first).stem if first else outer_session(job.session_id)


def _fitted(stem: str, ending: str) -> str:
    """`stem` without its last characters if the name would be too long for a file system."""
    kept = stem.encode()[: NAME_LIMIT - len(ending)].decode(errors="ignore")
    return kept + ending
