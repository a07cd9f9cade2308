"""Joins ports to adapters: the only place that does."""

import os
import platform
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any

from roughcut.aws import refusal
from roughcut.aws.clients import client
from roughcut.aws.effects import TenantCaps
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.film_planner import LambdaFilmPlanner
from roughcut.aws.media_door import S3MediaDoor
from roughcut.aws.media_store import S3MediaStore
from roughcut.aws.premises import TableSecret, parameter
from roughcut.aws.queues import SqsQueues
from roughcut.aws.speed_notes import SpeedNotes
from roughcut.aws.telling_job_store import TellingJobStore
from roughcut.aws.telling_progress import TellingProgress
from roughcut.dispatch.desk import Desk, Limits
from roughcut.dispatch.pace import side_by_side
from roughcut.engine.workroom import workroom
from roughcut.jobs.announcement import Announcement, announcement
from roughcut.jobs.board import Progress
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.spent import Meter
from roughcut.media.costs import ENCODER, MOST_PACKAGERS, PACKAGER, as_many_as
from roughcut.media.foresight import Crew
from roughcut.media.sizes import Size
from roughcut.media.slides import SlideSpec
from roughcut.ports import MediaStore
from roughcut.settings import Settings
from roughcut.stages.learning import learn_speed
from roughcut.stages.progressed import Unheard, percent_of, progressed
from roughcut.stages.reporter import Reporter
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob
from roughcut.telemetry import logger
from roughcut.transitions import tell_transition

# Which refusals of the adapters have words for people.
no_room = refusal.no_room


@cache
def settings() -> Settings:
    return Settings.from_env()


def clock() -> int:
    return time.time_ns() // 1_000_000


@cache
def media_store() -> MediaStore:
    return S3MediaStore(client("s3"), settings().bucket)


def progress(job: dict[str, Any], meter: Meter) -> TellingProgress:
    """Where the stage that got this `job` reports, and notes what it takes."""

    def tell(progress: Progress) -> None:
        bus = EventBridgeBus(client("events"), settings().state_machine_arn)
        if not bus.publish([progressed(job, progress)]):
            raise Unheard

    return TellingProgress(
        client("dynamodb"),
        settings().table,
        JobKey(job["session_id"], job["job_id"]),
        job["attempt"],
        percent_of=partial(percent_of, job),
        tell=tell,
        meter=meter,
    )


@contextmanager
def reporting(
    job: dict[str, Any], worker: str, context: Any, after: Callable[[Progress], None] = lambda _: None
) -> Iterator[Reporter]:
    """Progress of one worker of the stage that got this `job`; what a call took that fails is noted too.

    `after` gets what all workers had come to with its last report; that it fails spoils nothing.
    """
    meter = Meter(context.aws_request_id[:6], int(context.memory_limit_in_mb), clock(), clock)
    sink = progress(job, meter)
    try:
        yield Reporter(sink, worker, clock)
    except Exception:
        with suppress(Exception):  # what went wrong matters more
            sink.note_spent(worker)
        raise
    if sink.seen:
        try:
            after(sink.seen)
        except Exception:
            logger.exception("job told nothing of its workers' speed")


def learn(job: dict[str, Any], plan_key: str, seen: Progress) -> None:
    """How fast the workers of a finished film were."""
    own, slides = StageJob.of(job), job.get("slides", 0)
    learn_speed(own, plan_key, slides, seen, media=media_store(), crew=crew(), note=speed_notes().note)


@cache
def speed_notes() -> SpeedNotes:
    return SpeedNotes(client("dynamodb"), settings().table, platform.machine())


def crew() -> Crew:
    """Who makes a film: the state machine's two Maps on AWS, the processors of this machine in the embedded one."""
    most, invoked = settings().max_job_minutes, settings().map_concurrency
    if settings().is_embedded:
        cores = os.cpu_count() or 1
        return Crew(as_many_as(ENCODER, cores), as_many_as(PACKAGER, cores), most, invoked)
    return Crew(invoked, MOST_PACKAGERS, most, invoked)


@contextmanager
def room(job: dict[str, Any], context: Any) -> Iterator[Room]:
    """A private folder and an FFmpeg that ends before the job's deadline and before the Lambda does."""
    left, memory = context.get_remaining_time_in_millis(), int(context.memory_limit_in_mb)
    deadline = job["deadline_ms"]
    with workroom(settings().ffmpeg, deadline_ms=deadline, remaining_ms=left, memory_mib=memory, clock=clock) as tools:
        yield Room(*tools)


def painter() -> Callable[[SlideSpec, Size], bytes]:
    """Draws slides, its fonts loaded. Only the slide generator pays for the import."""
    from roughcut.engine.slide_painter import paint, warm_up

    warm_up()
    return partial(paint, own_themes=settings().themes)


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
