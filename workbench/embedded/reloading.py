"""Hot reload: a file that is saved while the stack runs is what the stack runs next.

Files are looked at by time and size, a few hundred of them in milliseconds; no package watches them for us.
"""

import importlib.util
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from workbench.embedded.faults import TemplateRefused

LOOK_SECONDS = 0.5

Seen = dict[str, tuple[int, int]]


class Reloadable(Protocol):
    """A running stack. `code`: the folders of its handlers; `documents`: its template and state machines."""

    code: frozenset[Path]
    documents: frozenset[Path]

    def renew(self, folder: Path) -> None:
        """The handlers in `folder` changed."""

    def redeploy(self, template: Path) -> None:
        """Raises `TemplateRefused`."""


class Reloader:
    """Looks every half second, in a thread, from enter to exit. `say` gets one sentence per change."""

    def __init__(self, stack: Reloadable, template: Path, say: Callable[[str], None]) -> None:
        self._stack, self._template, self._say = stack, template, say
        self._code = {folder: _in(str(folder)) for folder in stack.code}
        self._documents = _seen(stack.documents)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """Take over what changed since the last look."""
        for folder, before in self._code.items():
            self._code[folder] = _in(str(folder))
            changed = _changed(before, self._code[folder])
            if changed:
                self._renew(folder, changed)
        before, self._documents = self._documents, _seen(self._stack.documents)
        changed = _changed(before, self._documents)
        if changed:
            self._redeploy(changed)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self.look()

    def _renew(self, folder: Path, changed: list[Path]) -> None:
        for path in changed:
            _forget_compiled(path)
        self._stack.renew(folder)
        self._say(f"{_named(changed)} changed: the next invocations run it.")

    def _redeploy(self, changed: list[Path]) -> None:
        try:
            self._stack.redeploy(self._template)
        except TemplateRefused as problem:
            self._say(f"{_named(changed)} changed, but the stack stays as it was: {problem} Mend it, or start again.")
        else:
            self._say(f"{_named(changed)} changed: new executions run it.")


def _in(folder: str) -> Seen:
    """What handlers may read below `folder`: not what Python compiled, nor an editor's copies of the file in hand."""
    found: Seen = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith("~") or entry.name == "__pycache__":
                continue
            found.update(_in(entry.path) if entry.is_dir() else _seen([entry.path]))
    return found


def _seen(paths: Iterable[str | Path]) -> Seen:
    found = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - Path objects would double the cost of a look
        except OSError:
            # An editor that replaces the file is just at it; the next look sees it.
            continue
        found[str(path)] = (status.st_mtime_ns, status.st_size)
    return found


def _changed(before: Seen, now: Seen) -> list[Path]:
    return sorted(Path(path) for path in before.keys() | now.keys() if before.get(path) != now.get(path))


def _forget_compiled(path: Path) -> None:
    """Python takes a compiled file for the source's if second and size agree, which two quick edits can do."""
    if path.suffix == ".py":
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def _named(changed: list[Path]) -> str:
    return changed[0].name if len(changed) == 1 else f"{changed[0].name} and {len(changed) - 1} more"
