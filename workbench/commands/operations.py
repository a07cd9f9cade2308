"""`roughcut status`, `list`, `stats`, `process`, `cancel`, `retry`: the other operations of a running Roughcut."""

from typing import Any

import click

from workbench.commands.options import JOB_TYPES, STATUSES, endpoint_option, json_option, print_json
from workbench.operations import by_http
from workbench.rendering import cancel_lines, list_lines, process_lines, retry_lines, session_lines, stats_lines

MOST_LISTED = 200


@click.command()
@click.argument("session_id")
@click.argument("job_id", required=False)
@endpoint_option
@json_option
def status(session_id: str, job_id: str | None, endpoint: str, as_json: bool) -> None:
    """Show a session's jobs, newest first, or the one job JOB_ID."""
    request: dict[str, Any] = {"operation": "status", "session_id": session_id}
    if job_id is not None:
        request["job_id"] = job_id
    answer = by_http(endpoint)(request)
    report(answer, session_lines(answer) if not as_json else [])


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
@endpoint_option
@json_option
def list_jobs(endpoint: str, as_json: bool, **wanted: Any) -> None:
    """List the jobs of all sessions, newest first, a page at a time."""
    given = {name: value for name, value in wanted.items() if value is not None}
    answer = by_http(endpoint)({"operation": "list", **given})
    report(answer, list_lines(answer) if not as_json else [])
    if "cursor" in answer and not as_json:
        click.echo(f"there are more: --cursor {answer['cursor']}", err=True)


@click.command()
@endpoint_option
@json_option
def stats(endpoint: str, as_json: bool) -> None:
    """Show how many jobs wait, run, and ended in the last 24 hours."""
    answer = by_http(endpoint)({"operation": "stats"})
    report(answer, stats_lines(answer) if not as_json else [])


@click.command()
@click.option(
    "--max-jobs", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Start so many."
)
@endpoint_option
@json_option
def process(max_jobs: int, endpoint: str, as_json: bool) -> None:
    """Start queued jobs now, in order, within the free slots."""
    answer = by_http(endpoint)({"operation": "process", "max_jobs": max_jobs})
    report(answer, process_lines(answer) if not as_json else [])


@click.command()
@click.argument("session_id")
@click.argument("job_id")
@endpoint_option
@json_option
def cancel(session_id: str, job_id: str, endpoint: str, as_json: bool) -> None:
    """End the waiting or running job JOB_ID; to repeat it is harmless.

    A job that runs is "cancelling" until its execution is seen closed. One that is being published, or has ended
    otherwise, is refused.
    """
    answer = by_http(endpoint)({"operation": "cancel", "session_id": session_id, "job_id": job_id})
    report(answer, cancel_lines(job_id, answer) if not as_json else [])


@click.command()
@click.argument("session_id")
@click.argument("job_id")
@click.option("--from-start", is_flag=True, help="Do all work anew, finished work too.")
@endpoint_option
@json_option
def retry(session_id: str, job_id: str, from_start: bool, endpoint: str, as_json: bool) -> None:
    """Queue the failed or cancelled job JOB_ID again.

    It is a new attempt, which goes on where the last one ended, unless --from-start is given.
    """
    request = {"operation": "retry", "session_id": session_id, "job_id": job_id}
    answer = by_http(endpoint)({**request, "from": "start" if from_start else "failure"})
    report(answer, retry_lines(answer) if not as_json else [])


def report(answer: dict[str, Any], lines: list[str]) -> None:
    """The lines for people, or without any the answer as JSON."""
    if lines:
        click.echo("\n".join(lines))
    else:
        print_json(answer)
