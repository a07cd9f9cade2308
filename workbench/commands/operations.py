"""`roughcut status`, `list`, `stats`, `process`, `cancel`, `retry`: the other operations of a running Roughcut."""

from typing import Any

import click

from workbench.commands.asking import Answers, operation
from workbench.commands.options import JOB_TYPES, STATUSES
from workbench.commands.watching import watched
from workbench.following import require_completed
from workbench.operations import Ask
from workbench.rendering import cancel_lines, list_lines, process_lines, retry_lines, session_lines, stats_lines

MOST_LISTED = 200


@click.command()
@click.argument("session_id")
@click.argument("job_id", required=False)
@click.option("--watch", is_flag=True, help="Follow the job to its end; exit 1 if it fails.")
@operation
def status(ask: Ask, session_id: str, job_id: str | None, watch: bool) -> Answers:
    """Show a session's jobs, newest first, or the one job JOB_ID."""
    if watch and job_id is None:
        raise click.UsageError("--watch follows one job: name its JOB_ID.")
    request: dict[str, Any] = {"operation": "status", "session_id": session_id}
    if job_id is not None:
        request["job_id"] = job_id
    answer = watched(ask, request) if watch else ask(request)
    yield answer, session_lines(answer)
    if watch:
        require_completed(answer)


@click.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only this status.")
@click.option(
    "--type", "job_type", type=click.Choice((*JOB_TYPES, "unknown")), help="Only this type; unknown: strange messages."
)
@click.option("--session", "session_id", metavar="ID", help="Only this session; _quarantine: strange messages.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, MOST_LISTED), default=50, show_default=True, help="So many at most."
)
@click.option("--cursor", metavar="CURSOR", help="Go on where the page before ended.")
@operation
def list_jobs(ask: Ask, **wanted: Any) -> Answers:
    """List the jobs of all sessions, newest first, a page at a time."""
    given = {name: value for name, value in wanted.items() if value is not None}
    answer = ask({"operation": "list", **given})
    yield answer, list_lines(answer)
    if "cursor" in answer and not click.get_current_context().params["as_json"]:
        click.echo(f"there are more: --cursor {answer['cursor']}", err=True)


@click.command()
@operation
def stats(ask: Ask) -> Answers:
    """Show how many jobs wait, run, and ended in the last 24 hours."""
    answer = ask({"operation": "stats"})
    yield answer, stats_lines(answer)


@click.command()
@click.option(
    "--max-jobs", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Start so many."
)
@operation
def process(ask: Ask, max_jobs: int) -> Answers:
    """Start queued jobs now, in order, within the free slots."""
    answer = ask({"operation": "process", "max_jobs": max_jobs})
    yield answer, process_lines(answer)


@click.command()
@click.argument("session_id")
@click.argument("job_id")
@operation
def cancel(ask: Ask, session_id: str, job_id: str) -> Answers:
    """End the waiting or running job JOB_ID; to repeat it is harmless.

    A job that runs is "cancelling" until its execution is seen closed. One that is being published, or has ended
    otherwise, is refused.
    """
    answer = ask({"operation": "cancel", "session_id": session_id, "job_id": job_id})
    yield answer, cancel_lines(job_id, answer)


@click.command()
@click.argument("session_id")
@click.argument("job_id")
@click.option("--from-start", is_flag=True, help="Do all work anew, finished work too.")
@operation
def retry(ask: Ask, session_id: str, job_id: str, from_start: bool) -> Answers:
    """Queue the failed or cancelled job JOB_ID again.

    It is a new attempt, which goes on where the last one ended, unless --from-start is given.
    """
    request = {"operation": "retry", "session_id": session_id, "job_id": job_id}
    answer = ask({**request, "from": "start" if from_start else "failure"})
    yield answer, retry_lines(answer)
