"""A generated request as the command line that a person would write for it."""

import json
import os
from pathlib import Path
from typing import Any

_PLACES = {
    **dict.fromkeys(("submit", "quote"), ("session_id",)),
    **dict.fromkeys(("status", "cancel", "retry", "history", "links"), ("session_id", "job_id")),
    **dict.fromkeys(("list", "stats", "process"), ()),
    "upload": ("name",),
}
_OPTIONS = {"job_type": "--type", "session_id": "--session", "expires_seconds": "--expires", "payload": "--payload"}
_SCALARS = (str, int, float)


def command_line(request: dict[str, Any], folder: Path) -> list[str] | None:
    """The words after `roughcut`; None for what no command can say: another operation, a list where a text belongs.

    A payload becomes a file in `folder`. An upload is of a file there that does not exist: only its name is asked for.
    """
    fields = dict(request)
    name = fields.pop("operation", "submit")
    if not isinstance(name, str) or name not in _PLACES:
        return None
    _as_files(name, fields, folder)
    fields.pop("size_bytes", None)  # the file's own
    places = [str(fields.pop(n)) for n in _PLACES[name] if isinstance(fields.get(n), _SCALARS)]
    if name == "retry" and fields.get("from") in ("start", "failure"):
        fields["from-start"] = fields.pop("from") == "start" or None
    given = {n: value for n, value in fields.items() if value is not None}
    if not all(isinstance(value, _SCALARS) for value in given.values()):
        return None
    words = [name, *(_option(n, value) for n, value in given.items()), "--", *places]
    return words if _possible(words) else None


def _as_files(name: str, fields: dict[str, Any], folder: Path) -> None:
    if name in ("submit", "quote") and isinstance(fields.get("payload"), dict):
        file = folder / "payload.json"
        file.write_text(json.dumps(fields["payload"]))
        fields["payload"] = str(file)
    if name == "upload" and isinstance(fields.get("name"), str):
        fields["name"] = str(folder / fields["name"])


def _option(name: str, value: Any) -> str:
    option = _OPTIONS.get(name, "--" + name.replace("_", "-"))
    return option if value is True else f"{option}={value}"


def _possible(words: list[str]) -> bool:
    """Whether a system can hand the words to a program."""
    try:
        return b"\0" not in os.fsencode("".join(words))
    except UnicodeEncodeError:
        return False
