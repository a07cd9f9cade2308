"""Progress on stderr: a bar on a terminal, plain lines in a log."""

import sys
from types import TracebackType
from typing import Protocol, Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from workbench.progress import View, left, plain_line


class Display(Protocol):
    """A context manager that shows one job."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, now: View) -> None:
        """Called for each status answer; what did not change need not show."""


def display() -> Display:
    """The display that suits stderr."""
    return Bar() if sys.stderr.isatty() else Lines()


class Bar:
    """A progress bar that leaves the terminal as it was."""

    def __init__(self) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
        )
        console = Console(stderr=True)
        self._progress = Progress(
            *columns, TimeElapsedColumn(), TextColumn("{task.fields[left]}"), console=console, transient=True
        )
        self._task = self._progress.add_task("starting", total=100, left="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, now: View) -> None:
        self._progress.update(
            self._task, description=now.label, completed=now.percent, left=left(now).removeprefix(", ")
        )


class Lines:
    """One line for each change of stage and each 10 %."""

    def __init__(self) -> None:
        self._before: View | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put back."""

    def show(self, now: View) -> None:
        line = plain_line(self._before, now)
        self._before = now
        if line is not None:
            click.echo(line, err=True)
