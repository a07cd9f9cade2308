"""Options that several commands share."""

import json
from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

JOB_TYPES = ("full_pipeline", "stitch_video", "optimize_video", "generate_slides")
STATUSES = ("queued", "processing", "completed", "failed", "cancelled")
PRIORITIES = ("HIGH", "NORMAL", "LOW", "1", "5", "10")
RESOLUTIONS = ("2160p", "1440p", "1080p", "720p", "480p", "360p", "240p")

json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
type_option: Decorator = click.option(
    "--type", "job_type", type=click.Choice(JOB_TYPES), default="full_pipeline", show_default=True, help="What to make."
)
priority_option: Decorator = click.option(
    "--priority",
    type=click.Choice(PRIORITIES, case_sensitive=False),
    default="NORMAL",
    show_default=True,
    help="Which class the job waits in; numbers as clients send them.",
)
resolution_option: Decorator = click.option(
    "--resolution", "resolutions", multiple=True, type=click.Choice(RESOLUTIONS), help="A rung of the ladder; repeat."
)


def priority_value(text: str) -> int | str:
    """Numbers as numbers, the way existing clients send them."""
    return int(text) if text.isdecimal() else text


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
