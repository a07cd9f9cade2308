"""`roughcut status`, `stats`, `process`: the other operations of a running Roughcut."""

from typing import Any

import click

from workbench.commands.options import endpoint_option, json_option, print_json
from workbench.operations import by_http
from workbench.rendering import process_lines, session_lines, stats_lines


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


def report(answer: dict[str, Any], lines: list[str]) -> None:
    """The lines for people, or without any the answer as JSON."""
    if lines:
        click.echo("\n".join(lines))
    else:
        print_json(answer)
