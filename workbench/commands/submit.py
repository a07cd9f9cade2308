"""`roughcut submit`: hand a job to a running Roughcut, whose bucket already holds the clips."""

from pathlib import Path
from typing import Any

import click

from workbench.commands.asking import Answers, operation
from workbench.commands.options import priority_option, priority_value, resolution_option, type_option
from workbench.commands.watching import watched
from workbench.film_request import read_json
from workbench.following import require_completed
from workbench.operations import Ask
from workbench.rendering import job_lines


@click.command()
@click.argument("session_id")
@click.option("--video", "videos", metavar="NAME", multiple=True, help="A clip below the session's videos/; repeat.")
@click.option("--slide", "slides", metavar="NAME", multiple=True, help="A slide by name, such as intro.png; repeat.")
@resolution_option
@click.option("--payload", "payload_file", metavar="FILE", type=click.Path(path_type=Path), help="The payload as JSON.")
@type_option
@priority_option
@click.option("--idempotency-key", metavar="KEY", help="The same key again is the same job.")
@click.option("--wait", is_flag=True, help="Follow the job to its end; exit 1 if it fails.")
@operation
def submit(ask: Ask, session_id: str, idempotency_key: str | None, wait: bool, **film: Any) -> Answers:
    """Submit a job of the session SESSION_ID.

    --video, --slide and --resolution take precedence over the same parts of --payload.
    """
    request = {"operation": "submit", "session_id": session_id, **request_fields(**film)}
    if idempotency_key is not None:
        request["idempotency_key"] = idempotency_key
    job = ask(request)
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
) -> dict[str, Any]:
    payload = read_json(payload_file, "--payload", dict) if payload_file else {}
    given = {"videos": videos, "slides": slides, "resolutions": resolutions}
    payload |= {name: list(values) for name, values in given.items() if values}
    return {"job_type": job_type, "priority": priority_value(priority), "payload": payload}
