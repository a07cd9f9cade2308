"""`roughcut`: the command line. Results go to stdout, everything else to stderr; exit 0 done, 1 failed, 2 usage."""

import signal
import sys
import unicodedata
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from workbench.commands.completion import completion
from workbench.commands.delivery import links, upload
from workbench.commands.doctor import doctor
from workbench.commands.edit import show_edit
from workbench.commands.empty import empty_bucket
from workbench.commands.history import history
from workbench.commands.logs import logs
from workbench.commands.operations import cancel, list_jobs, process, retry, stats, status
from workbench.commands.run import run
from workbench.commands.submit import quote, submit
from workbench.commands.up import up

INTERRUPTED = 130


@click.group(invoke_without_command=True)
@click.version_option(package_name="roughcut")
@click.pass_context
def roughcut(context: click.Context) -> None:
    """Clips and slides in, one finished film out."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


COMMANDS = (
    *(run, up, submit, quote, status, list_jobs, stats, process, cancel, retry, history, upload, links, logs),
    *(show_edit, empty_bucket, doctor, completion),
)
for command in COMMANDS:
    roughcut.add_command(command)


def main() -> NoReturn:
    """The console script."""
    signal.signal(signal.SIGTERM, terminate)
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: Sequence[str]) -> int:
    """Run one command line. What is expected to go wrong becomes one sentence; a bug keeps its traceback."""
    try:
        returned = roughcut.main(list(arguments), prog_name="roughcut", standalone_mode=False)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as problem:
        return complain(problem.format_message(), problem.exit_code)
    except OSError as problem:
        place = f": {problem.filename}" if problem.filename else ""
        return complain(f"{problem.strerror or problem}{place}.", 1)
    return returned if isinstance(returned, int) else 0


def complain(sentence: str, code: int) -> int:
    """A file's name may hold a control character, which would be a second line, or colour a terminal."""
    shown = "".join(repr(c)[1:-1] if unicodedata.category(c) == "Cc" else c for c in sentence)
    click.echo(f"roughcut: {shown}", err=True)
    return code


def terminate(number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM ends like Ctrl-C does: through every `with`, so that no worker and no half-written folder is left."""
    sys.exit(128 + number)
