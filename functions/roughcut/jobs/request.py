"""A submit request as a value, and the rules that a schema cannot state."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from roughcut.jobs.order import Priority

PAYLOAD_LIMIT = 64 * 1024  # bytes of JSON; source: the contract
_SHOWN = 80  # characters
NAME_LIMIT = 255  # bytes of UTF-8 in a file name; source: the contract


class RequestRefused(Exception):
    """A request that cannot be accepted: one of the contract's codes, a sentence, and the field it is about."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


@dataclass(frozen=True, slots=True)
class SubmitRequest:
    """A job as it was asked for, defaults filled in."""

    session_id: str
    job_type: str
    priority: Priority
    payload: Mapping[str, Any]
    idempotency_key: str | None = None
    max_usd: float | None = None

    @property
    def stored(self) -> bytes:
        """The bytes that lie in the bucket and that every stage reads. Equal requests have equal bytes:
        what a job may cost is no part of what it makes."""
        return _canonical(
            {
                "v": 1,
                "session_id": self.session_id,
                "job_type": self.job_type,
                "priority": int(self.priority),
                "payload": self.payload,
            }
        )

    @property
    def digest(self) -> str:
        return sha256(self.stored).hexdigest()

    @property
    def slide_count(self) -> int:
        return 0 if self.job_type == "optimize_video" else len(self.payload.get("slides", []))


def parse_submit(document: Mapping[str, Any]) -> SubmitRequest:
    """From a document that fits the `submit` schema. Raises `RequestRefused`."""
    payload = document["payload"]
    size = len(_canonical(payload))
    if size > PAYLOAD_LIMIT:
        raise RequestRefused(
            "PayloadTooLarge", f"payload is {size} bytes of JSON: it must be {PAYLOAD_LIMIT} or fewer.", "payload"
        )
    request = SubmitRequest(
        session_id=document["session_id"],
        job_type=document.get("job_type", "full_pipeline"),
        priority=parse_priority(document.get("priority", Priority.NORMAL)),
        payload=payload,
        idempotency_key=document.get("idempotency_key"),
        max_usd=document.get("max_usd"),
    )
    for field, problem in _problems(request):
        raise RequestRefused("InvalidRequest", f"{field} {problem}", field)
    return request


def parse_priority(given: int | str) -> Priority:
    """1, 5, 10 or a class name in any case, as the schema admits."""
    return Priority[given.upper()] if isinstance(given, str) else Priority(given)


def slide_id(slide: str | Mapping[str, Any]) -> str:
    """A named slide's id is its stem: "intro.png" is "intro"."""
    return PurePosixPath(slide).stem if isinstance(slide, str) else str(slide["id"])


def video_name(video: str | Mapping[str, Any]) -> str:
    return video if isinstance(video, str) else str(video["name"])


def _problems(request: SubmitRequest) -> Iterator[tuple[str, str]]:
    yield from _missing_material(request)
    yield from _bad_names(request.payload)
    yield from _bad_ranges(request.payload)
    yield from _repeated_slides(request.payload)
    yield from _dangling_timeline(request.payload)


def _missing_material(request: SubmitRequest) -> Iterator[tuple[str, str]]:
    has = {name for name in ("videos", "slides", "input") if request.payload.get(name)}
    if request.job_type in ("stitch_video", "full_pipeline") and not has & {"videos", "slides"}:
        yield "payload.videos", f"is missing: a {request.job_type} job needs at least one clip or slide."
    if request.job_type == "generate_slides" and "slides" not in has:
        yield "payload.slides", "is missing: a generate_slides job needs at least one slide."
    if request.job_type != "optimize_video" and "input" in has:
        yield "payload.input", f"belongs to optimize_video: a {request.job_type} job takes videos and slides."


def _bad_names(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("videos", "slides"):
        for index, entry in enumerate(payload.get(kind, [])):
            name = entry if isinstance(entry, str) else entry.get("name", "")
            if len(name.encode()) > NAME_LIMIT:
                yield f"payload.{kind}[{index}]", f"is {len(name.encode())} bytes: a name has {NAME_LIMIT} at most."


def _bad_ranges(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for index, video in enumerate(payload.get("videos", [])):
        start, end = (video.get("start", 0), video.get("end")) if isinstance(video, dict) else (0, None)
        if end is not None and end <= start:
            yield f"payload.videos[{index}].end", f"is {end}: it must be more than start, which is {start}."


def _repeated_slides(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, slide in enumerate(payload.get("slides", [])):
        if slide_id(slide) in seen:
            yield (
                f"payload.slides[{index}]",
                f"is a second slide with the id {_shortened(slide_id(slide))!r}: ids must differ.",
            )
        seen.add(slide_id(slide))


def _dangling_timeline(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = {
        "slide": {slide_id(slide) for slide in payload.get("slides", [])},
        "video": {video_name(video) for video in payload.get("videos", [])},
    }
    for index, entry in enumerate(payload.get("timeline", [])):
        kind, name = next(iter(entry.items()))
        if name not in known[kind]:
            listed = _shortened(", ".join(sorted(known[kind])) or "none")
            yield (
                f"payload.timeline[{index}].{kind}",
                f"is {_shortened(name)!r}: it must be one of the job's {kind}s ({listed}).",
            )


def _shortened(text: str) -> str:
    """So much of a value as a refusal repeats."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
