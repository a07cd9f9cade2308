"""`roughcut history`: what a job's run did, state by state."""

import click

from workbench.commands.asking import Answers, operation
from workbench.operations import Ask
from workbench.rendering import history_lines


@click.command()
@click.argument("session_id")
@click.argument("job_id")
@click.option("--attempt", metavar="N", type=click.IntRange(min=1), help="Of this attempt.  [default: the latest]")
@click.option("--since", metavar="EVENT", help="Of --json's events only those after this id or time.")
@operation
def history(ask: Ask, session_id: str, job_id: str, attempt: int | None, since: str | None) -> Answers:
    """Show the states that the job JOB_ID went through, their tries and errors.

    With --json the events too, up to 1,000 at once.
    """
    request = {"operation": "history", "session_id": session_id, "job_id": job_id}
    place = int(since) if since is not None and since.isdecimal() else since
    given = {name: value for name, value in (("attempt", attempt), ("since", place)) if value is not None}
    answer = ask({**request, **given})
    yield answer, history_lines(answer)
