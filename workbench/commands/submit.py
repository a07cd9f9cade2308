"""`roughcut submit` and `roughcut quote`: a job of a running Roughcut, whose bucket already holds the clips."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from workbench.commands.asking import Answers, operation
from workbench.commands.options import priority_option, priority_value, resolution_option, type_option
from workbench.commands.watching import watched
from workbench.film_request import read_json
from workbench.following import require_completed
from workbench.operations import Ask
from workbench.rendering import job_lines, quote_lines

FILM = (
    click.argument("session_id"),
    click.option(
        "--video", "videos", metavar="NAME", multiple=True, help="A clip below the session's videos/; repeat."
    ),
    click.option(
        "--slide", "slides", metavar="NAME", multiple=True, help="A slide by name, such as intro.png; repeat."
    ),
    resolution_option,
    click.option(
        "--payload", "payload_file", metavar="FILE", type=click.Path(path_type=Path), help="The payload as JSON."
    ),
    type_option,
    priority_option,
    click.option("--idempotency-key", metavar="KEY", help="The same key again is the same job."),
    click.option("--max-usd", metavar="USD", type=float, help="Refuse a job that is quoted above so many US dollars."),
)


def film_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What submit and quote take alike."""
    for option in reversed(FILM):
        command = option(command)
    return command


@click.command()
@film_options
@operation
def quote(ask: Ask, session_id: str, **film: Any) -> Answers:
    """Tell what a job of the session SESSION_ID would cost and how long it would take; nothing is queued.

    Takes what submit takes.
    """
    answer = ask({"operation": "quote", "session_id": session_id, **request_fields(**film)})
    yield answer, quote_lines(answer)


@click.command()
@film_options
@click.option("--wait", is_flag=True, help="Follow the job to its end; exit 1 if it fails.")
@operation
def submit(ask: Ask, session_id: str, wait: bool, **film: Any) -> Answers:
    """Submit a job of the session SESSION_ID.

    --video, --slide and --resolution take precedence over the same parts of --payload.
    """
    job = ask({"operation": "submit", "session_id": session_id, **request_fields(**film)})
    if wait:
        job = watched(ask, job)
    yield job, job_lines(job)
    if wait:
        require_completed(job)


def request_fields(
    *,
    videos: tuple[str, ...],
    slides: tuple[str, ...],
    resolutions: tuple[str, ...],
    payload_file: Path | None,
    job_type: str,
    priority: str,
    idempotency_key: str | None,
    max_usd: float | None,
) -> dict[str, Any]:
    payload = read_json(payload_file, "--payload", dict) if payload_file else {}
    given = {"videos": videos, "slides": slides, "resolutions": resolutions}
    payload |= {name: list(values) for name, values in given.items() if values}
    optional = {"idempotency_key": idempotency_key, "max_usd": max_usd}
    return {
        "job_type": job_type,
        "priority": priority_value(priority),
        "payload": payload,
        **{name: value for name, value in optional.items() if value is not None},
    }
