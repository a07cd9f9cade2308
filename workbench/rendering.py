"""Answers of the job manager as lines for people."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workbench.progress import left, view


def session_lines(answer: Mapping[str, Any]) -> list[str]:
    """The answer to `status`, with or without a job id."""
    if "jobs" not in answer:
        return job_lines(answer)
    return [line for job in answer["jobs"] for line in job_lines(job)] or [f"{answer['session_id']} has no jobs"]


def job_lines(job: Mapping[str, Any]) -> list[str]:
    """One line for the job, one for each thing it made, one for what went wrong."""
    now = view(job, datetime.now(UTC))
    percent = f" {now.percent:.0f} %{left(now)}" if job["status"] == "processing" else ""
    lines = [f"{job['job_id']}  {job['job_type']}  {now.label}{percent}"]
    if job.get("error"):
        lines.append(f"  {job['error']['code']}: {job['error']['message']}")
    return lines + [f"  {key}" for key in made(job.get("result") or {})]


def made(result: Mapping[str, Any]) -> list[str]:
    """The keys of everything that a finished job put in the bucket."""
    single = [result[name]["key"] for name in ("hls", "thumbnail") if result.get(name)]
    keys = [item["key"] for item in [*result.get("renditions", []), *result.get("slides", [])]] + single
    stitched = (result.get("stitched") or {}).get("key")
    return [stitched, *keys] if stitched and stitched not in keys else keys


def stats_lines(answer: Mapping[str, Any]) -> list[str]:
    queued = answer["queued"]
    return [
        f"queued      {queued['total']} ({queued['high']} high, {queued['normal']} normal, {queued['low']} low)",
        f"processing  {answer['processing']} of {answer['max_concurrent']}",
        f"last 24 h   {answer['completed_24h']} completed, {answer['failed_24h']} failed",
        f"dead        {answer['dead_lettered']} messages",
    ]


def process_lines(answer: Mapping[str, Any]) -> list[str]:
    started = ", ".join(answer["started"]) or "nothing"
    return [f"started {started}; {answer['free_slots']} slots free"]
