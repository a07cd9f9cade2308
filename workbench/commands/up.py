"""`roughcut up`: the embedded AWS for as long as it is wanted."""

import threading
from pathlib import Path

import click

from workbench.commands.options import json_option, print_json
from workbench.local import local_stack, print_log

_LOOK_SECONDS = 0.2


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
@json_option
def up(port: int, aws_port: int, workers: int | None, data: Path | None, as_json: bool) -> None:
    """Run the embedded AWS until Ctrl-C: HTTP API on --port, AWS endpoint for any SDK or the aws CLI on --aws-port.

    The AWS endpoint takes any credentials; the region is us-east-1. With --data, jobs, queues, media and the history of
    executions survive the end, a kill too, and jobs that ran are taken up at the next start (docs/keeping-data.md).
    Function logs go to stderr.
    """
    with local_stack(http_port=port, aws_port=aws_port, workers=workers, on_log=print_log, data=data) as stack:
        if as_json:
            print_json({"http": stack.http_url, "aws": stack.aws_url})
        else:
            click.echo(f"ready {stack.http_url} aws {stack.aws_url}")
        wait_for_interrupt()


def wait_for_interrupt() -> None:
    """Ctrl-C is the ordinary end of `up`."""
    never = threading.Event()
    try:
        # In slices: a signal that comes just before the thread falls asleep, or to another thread, does not wake it.
        while not never.wait(_LOOK_SECONDS):
            continue
    except KeyboardInterrupt:
        click.echo("stopping", err=True)
