"""A job followed to its end at a Roughcut elsewhere, with its progress on stderr."""

import threading
from collections.abc import Mapping
from typing import Any

from workbench.display import display
from workbench.following import follow_to_the_end
from workbench.operations import Ask

POLL_SECONDS = 1.0


def watched(ask: Ask, job: Mapping[str, Any]) -> dict[str, Any]:
    """The job's last status answer; `job` has its session_id and job_id."""
    with display() as show:
        return follow_to_the_end(ask, job, pause, show)


def pause() -> None:
    threading.Event().wait(POLL_SECONDS)
