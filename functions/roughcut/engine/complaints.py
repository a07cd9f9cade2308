"""What FFmpeg says on stderr: kept in bounds, and brought down to one sentence."""

import logging
import re
from collections import deque
from pathlib import Path

from roughcut.engine.launch import NOTE

_KEPT_AT_EACH_END = 128 * 1024  # characters; a broken file can make FFmpeg complain for ever
_LONGEST_LINE = 16 * 1024
_logger = logging.getLogger("roughcut.engine")
_said: set[str] = set()


class Complaints:
    """The first lines, which hold the cause, and the last, which hold what a filter reports."""

    longest_line = _LONGEST_LINE

    def __init__(self) -> None:
        self._first: list[str] = []
        self._last: deque[str] = deque()
        self._room, self._kept = _KEPT_AT_EACH_END, 0

    def add(self, line: str) -> None:
        if line.startswith(NOTE):
            _say_once(line.removeprefix(NOTE).strip())
        elif self._room > 0:
            self._first.append(line)
            self._room -= len(line)
        else:
            self._add_last(line)

    def _add_last(self, line: str) -> None:
        self._last.append(line)
        self._kept += len(line)
        while self._kept > _KEPT_AT_EACH_END:
            self._kept -= len(self._last.popleft())

    @property
    def text(self) -> str:
        return "".join((*self._first, *self._last))


def in_short(complaints: str, folder: Path) -> str:
    """The first two complaints without addresses and without our folders; with `-v level+...` errors alone."""
    lines = complaints.replace(f"file:{folder}/", "").replace(f"{folder}/", "").splitlines()
    errors = [line for line in lines if re.search(r"\[(error|fatal|panic)\]", line)] or lines
    bare = (re.sub(r"\[[^\]]* @ 0x[0-9a-f]+\] *|\[(error|fatal|panic)\] *", "", line).strip() for line in errors)
    printable = ("".join(filter(str.isprintable, line)) for line in bare)
    return "; ".join(list(dict.fromkeys(line for line in printable if line))[:2])[:400] or "it gave no reason"


def _say_once(note: str) -> None:
    """A worker's kernel does not change: the first encoder of a worker speaks for all."""
    if note not in _said:
        _said.add(note)
        _logger.warning("protection %s", note)
