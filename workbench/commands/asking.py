"""What all commands that ask a Roughcut have alike: which one, and how the answer is printed."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import click
from click.core import ParameterSource

from workbench.commands.options import json_option, print_json
from workbench.doors import open_door
from workbench.operations import DEFAULT_ENDPOINT

# An answer with the lines that tell it to people.
Answers = Iterator[tuple[dict[str, Any], Iterable[str]]]


def door_options(command: Callable[..., None]) -> Callable[..., None]:
    """--endpoint and --function, one of them at most."""

    @click.option(
        "--endpoint",
        metavar="URL",
        envvar="ROUGHCUT_ENDPOINT",
        default=DEFAULT_ENDPOINT,
        show_default=True,
        show_envvar=True,
        help="The HTTP API to talk to; https is signed with AWS credentials, or bears ROUGHCUT_TOKEN.",
    )
    @click.option("--function", metavar="NAME", help="Invoke this Lambda function instead, with AWS credentials.")
    @wraps(command)
    def chosen(*arguments: Any, endpoint: str, function: str | None, **given: Any) -> None:
        source = click.get_current_context().get_parameter_source("endpoint")
        if function is not None and source is ParameterSource.COMMANDLINE:
            raise click.UsageError("--endpoint and --function are two ways to ask: give one of them.")
        command(*arguments, endpoint=endpoint, function=function, **given)

    return chosen


def operation(command: Callable[..., Answers]) -> Callable[..., None]:
    """--endpoint, --function and --json for a command that asks: it gets `ask` besides its own arguments.

    What it yields is printed before it goes on, so that it may still raise `Problem`.
    """

    @door_options
    @json_option
    @wraps(command)
    def asked(*arguments: Any, endpoint: str, function: str | None, as_json: bool, **given: Any) -> None:
        for answer, lines in command(*arguments, ask=open_door(endpoint, function), **given):
            if as_json:
                print_json(answer)
            else:
                click.echo("\n".join(lines))

    return asked
