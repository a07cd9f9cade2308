"""Joins ports to adapters for the functions that make films."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any

from roughcut import wiring
from roughcut.aws.clients import client
from roughcut.aws.event_bus import EventBridgeBus
from roughcut.aws.media_store import S3MediaStore
from roughcut.aws.telling_progress import TellingProgress
from roughcut.engine.workroom import workroom
from roughcut.jobs.board import Progress
from roughcut.jobs.job import JobKey
from roughcut.jobs.spent import Meter
from roughcut.media.costs import ENCODER, MOST_PACKAGERS, PACKAGER, as_many_as
from roughcut.media.foresight import Crew
from roughcut.media.sizes import Size
from roughcut.media.slides import SlideSpec
from roughcut.ports import MediaStore
from roughcut.stages.learning import learn_speed
from roughcut.stages.progressed import Unheard, percent_of, progressed
from roughcut.stages.reporter import Reporter
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob
from roughcut.telemetry import logger


@cache
def media_store() -> MediaStore:
    return S3MediaStore(client("s3"), wiring.settings().bucket)


def progress(job: dict[str, Any], meter: Meter) -> TellingProgress:
    """Where the stage that got this `job` reports, and notes what it takes."""

    def tell(progress: Progress) -> None:
        bus = EventBridgeBus(client("events"), wiring.settings().state_machine_arn)
        if not bus.publish([progressed(job, progress)]):
            raise Unheard

    return TellingProgress(
        client("dynamodb"),
        wiring.settings().table,
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
    meter = Meter(context.aws_request_id[:6], int(context.memory_limit_in_mb), wiring.clock(), wiring.clock)
    sink = progress(job, meter)
    try:
        yield Reporter(sink, worker, wiring.clock)
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
    learn_speed(own, plan_key, slides, seen, media=media_store(), crew=crew(), note=wiring.speed_notes().note)


def crew() -> Crew:
    """Who makes a film: the state machine's two Maps on AWS, the processors of this machine in the embedded one."""
    most, invoked = wiring.settings().max_job_minutes, wiring.settings().map_concurrency
    if wiring.settings().is_embedded:
        cores = os.cpu_count() or 1
        return Crew(as_many_as(ENCODER, cores), as_many_as(PACKAGER, cores), most, invoked)
    return Crew(invoked, MOST_PACKAGERS, most, invoked)


@contextmanager
def room(job: dict[str, Any], context: Any) -> Iterator[Room]:
    """A private folder and an FFmpeg that ends before the job's deadline and before the Lambda does."""
    left, memory = context.get_remaining_time_in_millis(), int(context.memory_limit_in_mb)
    deadline = job["deadline_ms"]
    with workroom(
        wiring.settings().ffmpeg, deadline_ms=deadline, remaining_ms=left, memory_mib=memory, clock=wiring.clock
    ) as tools:
        yield Room(*tools)


def painter() -> Callable[[SlideSpec, Size], bytes]:
    """Draws slides, its fonts loaded. Only the slide generator pays for the import."""
    from roughcut.engine.slide_painter import paint, warm_up

    warm_up()
    return partial(paint, own_themes=wiring.settings().themes)
