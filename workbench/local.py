"""The embedded AWS as the commands start it: this clone's template, settings from this process's environment."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.own_template import TEMPLATE
from workbench.problem import Problem

if TYPE_CHECKING:
    from workbench.embedded.running import Stack

# What a person may set for a local run just by exporting it, e.g. `MAX_CONCURRENT_JOBS=1 roughcut up`.
SETTINGS = (
    "MAX_CONCURRENT_JOBS",
    "JOB_TIMEOUT_MINUTES",
    "MAX_JOB_MINUTES",
    "PRIORITY_AGING_MINUTES",
    "ROUGHCUT_FFMPEG",
    "ROUGHCUT_THEMES",
)


@contextmanager
def local_stack(
    *,
    http_port: int = 0,
    aws_port: int = 0,
    workers: int | None = None,
    strict_iam: bool = False,
    parameters: Mapping[str, str] | None = None,
    on_log: Callable[[str, str], None] | None = None,
    data: Path | None = None,
) -> Iterator["Stack"]:
    """A running stack. Raises `Problem` where it cannot start."""
    # Imported here because moto and the translator take a second, which `roughcut status` should not.
    from workbench.embedded.faults import StackError
    from workbench.embedded.running import Stack

    environment = {name: os.environ[name] for name in SETTINGS if name in os.environ}
    try:
        with Stack(
            TEMPLATE,
            http_port=http_port,
            aws_port=aws_port,
            workers=workers,
            environment=environment,
            parameters=parameters,
            on_log=on_log,
            data=data,
            strict_iam=strict_iam,
        ) as stack:
            yield stack
    except StackError as problem:
        raise Problem(str(problem)) from problem


def print_log(function: str, line: str) -> None:
    """A worker's log line, on stderr; lost if that is a file on a full disk, where jobs still go on."""
    with suppress(OSError):
        click.echo(f"{function}: {line}", err=True)
