"""Joins ports to adapters for the functions that manage jobs; stage_wiring does it for those that make films.

The job manager starts for every request that finds it cold: what only a film needs it must not import.
"""

import os
import platform
import random
import time
from functools import cache, partial

from roughcut.aws import refusal
from roughcut.aws.clients import client
from roughcut.aws.effects import TenantCaps
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.film_planner import LambdaFilmPlanner
from roughcut.aws.media_door import S3MediaDoor
from roughcut.aws.premises import TableSecret, parameter
from roughcut.aws.queues import SqsQueues
from roughcut.aws.speed_notes import SpeedNotes
from roughcut.aws.telling_job_store import TellingJobStore
from roughcut.dispatch.desk import Desk, Limits
from roughcut.dispatch.pace import side_by_side
from roughcut.jobs.announcement import Announcement, announcement
from roughcut.jobs.job import Job
from roughcut.settings import Settings
from roughcut.transitions import tell_transition

# Which refusals of the adapters have words for people.
no_room = refusal.no_room


@cache
def settings() -> Settings:
    return Settings.from_env()


def clock() -> int:
    return time.time_ns() // 1_000_000


@cache
def speed_notes() -> SpeedNotes:
    return SpeedNotes(client("dynamodb"), settings().table, platform.machine())


@cache
def desk() -> Desk:
    """Everything that job_manager and dispatcher work with."""
    own = settings()
    limits = Limits(
        max_concurrent_jobs=own.max_concurrent_jobs,
        reserved_high_slots=own.reserved_high_slots,
        job_timeout_minutes=own.job_timeout_minutes,
        priority_aging_minutes=own.priority_aging_minutes,
        tenant_max_queued=own.tenant_max_queued,
        tenant_max_running=own.tenant_max_running,
    )
    caps = TenantCaps(limits.tenant_max_queued, limits.tenant_max_running)
    fresh: list[Announcement] = []
    return Desk(
        jobs=TellingJobStore(client("dynamodb"), own.table, caps, pause=_pause, tell=partial(_tell, fresh)),
        queues=SqsQueues(client("sqs"), own.queue_urls, own.dead_letter_queue_url),
        executions=StepFunctionsExecutions(client("stepfunctions"), own.state_machine_arn),
        media=S3MediaDoor(
            client("s3"),
            own.bucket,
            address=lambda: parameter(client("ssm"), own.api_url_parameter),
            secret=TableSecret(client("dynamodb"), own.table, randomness=os.urandom, clock=clock),
        ),
        events=EventBridgeBus(client("events"), own.state_machine_arn),
        planner=LambdaFilmPlanner(client("lambda"), own.stitcher_function),
        clock=clock,
        randomness=os.urandom,
        limits=limits,
        speeds=speed_notes().learned,
        fresh=fresh,
        has_console=not own.is_embedded,
        side_by_side=partial(side_by_side, pause=time.sleep),
    )


def _tell(fresh: list[Announcement], before: Job | None, job: Job) -> None:
    tell_transition(before, job)
    fresh += filter(None, [announcement(before, job)])


def _pause(attempt: int) -> None:
    """Full jitter below 20 ms x 2^attempt: dispatchers that met on the slot counter part ways."""
    time.sleep(random.random() * 0.02 * 2**attempt)  # noqa: S311  # chance against collisions, not against people
