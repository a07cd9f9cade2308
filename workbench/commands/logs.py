"""`roughcut logs`: what the functions wrote about one job."""

import time
from typing import Any

import click

from workbench.commands.options import json_option, print_json
from workbench.problem import Problem

_DAY_MS = 86_400_000
# The embedded stack's name, and the credentials that nobody checks there.
_EMBEDDED_STACK, _ANY = "roughcut", "any"


@click.command()
@click.argument("job_id")
@click.option("--session", "session_id", metavar="ID", help="Only if the job is of this session.")
@click.option("--stack", metavar="NAME", help="A stack deployed to AWS, with the credentials that AWS's tools use.")
@click.option(
    "--aws-url",
    metavar="URL",
    default="http://127.0.0.1:4566",
    show_default=True,
    help="Without --stack: the AWS endpoint of `roughcut up`.",
)
@click.option("--days", metavar="N", type=click.IntRange(min=1), default=7, show_default=True, help="Look so far back.")
@json_option
def logs(job_id: str, session_id: str | None, stack: str | None, aws_url: str, days: int, as_json: bool) -> None:
    """Show the log lines of the job JOB_ID, of all its attempts and functions, in order of time (UTC).

    Lines that name the job, and the plain text of its invocations, such as tracebacks. The embedded AWS keeps the last
    16 MB of all lines.
    """
    # Imported here because boto3 takes half a second, which `roughcut --help` should not.
    from workbench.job_log import group_of, lines_of, readable

    group = group_of(_client("cloudformation", stack, aws_url), stack or _EMBEDDED_STACK)
    since = int(time.time() * 1000) - days * _DAY_MS
    lines = lines_of(_client("logs", stack, aws_url), group, job_id, session_id, since)
    if not lines:
        raise Problem(f"{group} has no line of the job {job_id} of the last {days} days.")
    if as_json:
        print_json([{"at_ms": line.at_ms, "stream": line.stream, "line": line.fields or line.text} for line in lines])
    else:
        click.echo("\n".join(filter(None, map(readable, lines))))


def _client(service: str, stack: str | None, aws_url: str) -> Any:
    import boto3

    if stack:
        return boto3.client(service)
    return boto3.client(
        service, endpoint_url=aws_url, region_name="us-east-1", aws_access_key_id=_ANY, aws_secret_access_key=_ANY
    )
