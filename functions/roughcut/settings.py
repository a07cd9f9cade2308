"""The environment, read once, into frozen things. The only reader of os.environ."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from roughcut.jobs.order import Priority


@dataclass(frozen=True, slots=True)
class Settings:
    """What a function is told by the template (docs/architecture.md lists the variables)."""

    table: str
    bucket: str
    queue_urls: Mapping[Priority, str]
    dead_letter_queue_url: str
    state_machine_arn: str
    api_url_parameter: str
    max_concurrent_jobs: int
    reserved_high_slots: int
    tenant_max_queued: int
    tenant_max_running: int
    tenant_claim: str
    job_timeout_minutes: int
    max_job_minutes: int
    priority_aging_minutes: int
    map_concurrency: int
    ffmpeg: str | None
    themes: Path | None
    is_embedded: bool
    stitcher_function: str

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Defaults are those of the contract. `QUEUE_URL` alone is one queue for all classes."""
        one_queue = env.get("QUEUE_URL", "")
        return cls(
            table=env.get("TABLE_NAME", "Sessions"),
            bucket=env.get("MEDIA_BUCKET", ""),
            queue_urls={c: env.get(f"QUEUE_URL_{c.name}", one_queue) for c in Priority},
            dead_letter_queue_url=env.get("DEAD_LETTER_QUEUE_URL", ""),
            state_machine_arn=env.get("STATE_MACHINE_ARN", ""),
            api_url_parameter=env.get("API_URL_PARAMETER", ""),
            max_concurrent_jobs=_whole_number(env, "MAX_CONCURRENT_JOBS", 3),
            reserved_high_slots=_whole_number(env, "RESERVED_HIGH_SLOTS", 0),
            tenant_max_queued=_whole_number(env, "TENANT_MAX_QUEUED", 0),
            tenant_max_running=_whole_number(env, "TENANT_MAX_RUNNING", 0),
            tenant_claim=env.get("JWT_TENANT_CLAIM") or "tenant",
            job_timeout_minutes=_whole_number(env, "JOB_TIMEOUT_MINUTES", 15),
            max_job_minutes=_whole_number(env, "MAX_JOB_MINUTES", 240),
            priority_aging_minutes=_whole_number(env, "PRIORITY_AGING_MINUTES", 0),
            map_concurrency=_whole_number(env, "MAP_CONCURRENCY", 40),
            ffmpeg=env.get("ROUGHCUT_FFMPEG") or None,
            themes=Path(env["ROUGHCUT_THEMES"]) if env.get("ROUGHCUT_THEMES") else None,
            is_embedded="AWS_ENDPOINT_URL" in env,
            stitcher_function=env.get("VIDEO_STITCHER_FUNCTION", "video-stitcher"),
        )


class SettingInvalid(ValueError):
    """An environment variable has a value that cannot be used."""


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "") or str(default)
    if not text.isdecimal():
        raise SettingInvalid(f"{name} is {text!r}: it must be a whole number, 0 or more")
    return int(text)
