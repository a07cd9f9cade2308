"""Runs a job's stages one after the other, as the state machine does, on a bucket in memory."""

import json
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roughcut.contracts import check
from roughcut.engine.slide_painter import paint
from roughcut.engine.workroom import workroom
from roughcut.media.foresight import Crew
from roughcut.stages.encode import encode_item
from roughcut.stages.finish import finish_film
from roughcut.stages.package import package_rung
from roughcut.stages.plan import plan_film
from roughcut.stages.reporter import Reporter
from roughcut.stages.room import Room
from roughcut.stages.slides import generate_slides
from roughcut.stages.stage_job import StageJob
from roughcut.stages.stitch import stitch_video
from tests.fakes.media_store import FakeMediaStore
from tests.fakes.progress import FakeProgress

SESSION = "abc123"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def a_room(seconds: float = 120):
    left = round(seconds * 1000)
    with workroom(None, deadline_ms=now_ms() + left, remaining_ms=left, memory_mib=3538, clock=now_ms) as tools:
        yield Room(*tools)


@dataclass
class Studio:
    """A bucket, and jobs that run on it."""

    folder: Path
    media: FakeMediaStore = field(default_factory=FakeMediaStore)
    progress: FakeProgress = field(default_factory=FakeProgress)
    jobs: int = 0
    step_seconds: float = 120

    def upload(self, *clips: Path, kind: str = "videos") -> list[str]:
        for clip in clips:
            self.media.objects[f"sessions/{SESSION}/{kind}/{clip.name}"] = clip.read_bytes()
        return [clip.name for clip in clips]

    def job(self, payload: Mapping[str, Any], job_type: str = "full_pipeline", attempt: int = 1) -> StageJob:
        self.jobs += attempt == 1
        name = f"J{self.jobs}"
        base = f"sessions/{SESSION}/jobs/{name}/"
        self.media.objects[f"{base}request.json"] = json.dumps({"payload": payload}).encode()
        deadline = now_ms() + 120_000
        return StageJob(SESSION, name, attempt, job_type, f"{base}request.json", f"{base}{attempt}/", deadline)

    def report(self, worker: str) -> Reporter:
        return Reporter(self.progress, worker, now_ms)

    def slides(self, job: StageJob) -> dict[str, Any]:
        with a_room(self.step_seconds) as room:
            report = self.report("slides")
            answer = generate_slides(job, media=self.media, room=room, paint=paint, report=report)
        return check(answer, "generate_slides.out")

    def stitch(self, job: StageJob) -> dict[str, Any]:
        with a_room(self.step_seconds) as room:
            answer = stitch_video(job, media=self.media, room=room, report=self.report("stitch"))
        check(self.read(answer["edit_key"]), "edit")
        return check(answer, "stitch_video.out")

    def plan(self, job: StageJob, edit_key: str) -> dict[str, Any]:
        report = self.report("plan")
        answer = plan_film(
            job, edit_key, media=self.media, engine="test", report=report, crew=Crew(40, 7, 240), clock=now_ms
        )
        check(self.read(answer["plan_key"]), "plan")
        return check(answer, "plan_film.out")

    def encode(self, plan_key: str, item: int, **more: Any) -> dict[str, Any]:
        with a_room(self.step_seconds) as room:
            report = self.report(f"chunk-{item}")
            answer = encode_item(plan_key, item, media=self.media, room=room, report=report, **more)
        return check(answer, "encode_chunk.out")

    def package(self, job: StageJob, plan_key: str, rung: str) -> dict[str, Any]:
        with a_room(self.step_seconds) as room:
            report = self.report(f"package-{rung}")
            answer = package_rung(job, plan_key, rung, media=self.media, room=room, report=report)
        return check(answer, "package_rung.out")

    def run(self, payload: Mapping[str, Any], job_type: str = "full_pipeline") -> dict[str, Any]:
        """The result of a whole job."""
        job = self.job(payload, job_type)
        if payload.get("slides"):
            self.slides(job)
        plan = self.plan(job, self.stitch(job)["edit_key"])
        for item in plan["items"]:
            self.encode(plan["plan_key"], item)
        packages = [self.package(job, plan["plan_key"], rung) for rung in plan["rungs"]]
        report = self.report("finish")
        answer = finish_film(job, plan["plan_key"], packages, media=self.media, report=report)
        return self.read(check(answer, "finish_film.out")["result_key"])

    def read(self, key: str) -> dict[str, Any]:
        return json.loads(self.media.objects[key])

    def fetch(self, key: str) -> Path:
        """An object as a file, under its whole key."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.media.objects[key])
        return path

    def fetch_all(self, prefix: str) -> Path:
        for key in [key for key in self.media.objects if key.startswith(prefix)]:
            self.fetch(key)
        return self.folder / prefix
