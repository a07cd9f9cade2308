"""`roughcut up`: the embedded AWS for as long as it is wanted."""

import gc
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.commands.options import json_option, print_json
from workbench.local import local_stack, print_log
from workbench.own_template import TEMPLATE

if TYPE_CHECKING:
    from workbench.embedded.reloading import Reloader
    from workbench.embedded.running import Stack

_LOOK_SECONDS = 0.2


def parameters_of(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE each, the last of a name. Whether the template takes them is said when it is deployed."""
    for pair in given:
        if not pair.partition("=")[0] or "=" not in pair:
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE, such as JobTopic=true.")
    return {name: value for name, _, value in (pair.partition("=") for pair in given)}


@click.command()
@click.option("--port", metavar="PORT", type=int, default=8787, show_default=True, help="HTTP API; 0 is any free port.")
@click.option(
    "--aws-port", metavar="PORT", type=int, default=4566, show_default=True, help="AWS endpoint; 0 is any free port."
)
@click.option(
    "--workers", metavar="N", type=click.IntRange(min=1), help="Worker processes at most.  [default: by cores]"
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep jobs, queues and media in DIR for the next `up`.  [default: all is gone at the end]",
)
@click.option(
    "--parameter",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    callback=parameters_of,
    help="A parameter of template.yaml, such as WebhookUrl; repeat.",
)
@click.option("--strict-iam", is_flag=True, help="Hold functions and state machines to what their roles may.")
@click.option("--reload", "reloads", is_flag=True, help="Run changed handlers and state machines anew.")
@json_option
def up(port: int, aws_port: int, reloads: bool, as_json: bool, **settings: Any) -> None:
    """Run the embedded AWS until Ctrl-C: HTTP API on --port, AWS endpoint for any SDK or the aws CLI on --aws-port.

    The AWS endpoint takes any credentials; the region is us-east-1. With --data, jobs, queues, media and the history of
    executions survive the end, a kill too, and jobs that ran are taken up at the next start (docs/keeping-data.md).
    Function logs go to stderr. With --reload, what is saved below functions/ is run by the next invocations, a changed
    state machine by the next executions; any other change of the template needs a restart, which is said.
    """
    _run(reloads, as_json, http_port=port, aws_port=aws_port, **settings)
    # The interpreter would look through all of moto's objects once more before it ends: seconds on a busy machine.
    gc.freeze()


def _run(reloads: bool, as_json: bool, **settings: Any) -> None:
    with (
        local_stack(on_log=print_log, **settings) as stack,
        # Before anybody is told that it is ready: what is saved from then on is seen.
        reloading(stack) if reloads else nullcontext(),
    ):
        if as_json:
            print_json({"http": stack.http_url, "aws": stack.aws_url})
        else:
            click.echo(f"ready {stack.http_url} aws {stack.aws_url}")
        wait_for_interrupt()


def reloading(stack: "Stack") -> "Reloader":
    """Each change that is taken over is a line on stderr."""
    # Imported here for the reason that `local_stack` has.
    from workbench.embedded.reloading import Reloader

    return Reloader(stack, TEMPLATE, lambda sentence: click.echo(f"reload: {sentence}", err=True))


def wait_for_interrupt() -> None:
    """Ctrl-C is the ordinary end of `up`."""
    never = threading.Event()
    try:
        # In slices: a signal that comes just before the thread falls asleep, or to another thread, does not wake it.
        while not never.wait(_LOOK_SECONDS):
            continue
    except KeyboardInterrupt:
        click.echo("stopping", err=True)
