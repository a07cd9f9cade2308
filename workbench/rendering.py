"""Answers of the job manager as lines for people."""

from collections.abc import Mapping
from typing import Any

from workbench.progress import label, left, view


def session_lines(answer: Mapping[str, Any]) -> list[str]:
    """The answer to `status`, with or without a job id."""
    if "jobs" not in answer:
        return job_lines(answer)
    return [line for job in answer["jobs"] for line in job_lines(job)] or [f"{answer['session_id']} has no jobs"]


def job_lines(job: Mapping[str, Any]) -> list[str]:
    """One line for the job, one for each thing it made, one for what went wrong."""
    lines = [f"{job['job_id']}  {job['job_type']}  {state(job)}"]
    if job.get("error"):
        lines.append(f"  {job['error']['code']}: {job['error']['message']}")
    return lines + [f"  {key}" for key in made(job.get("result") or {})]


def state(job: Mapping[str, Any]) -> str:
    """Where the job stands: how far it is while it runs, and what it waits for while it does not."""
    now = view(job)
    percent = f" {now.percent:.0f} %{left(now)}" if job["status"] == "processing" else ""
    why = f" ({job['waiting_for']})" if job.get("waiting_for") else ""
    return f"{now.label}{percent}{why}"


def made(result: Mapping[str, Any]) -> list[str]:
    """The keys of everything that a finished job put in the bucket."""
    single = [result[name]["key"] for name in ("hls", "thumbnail") if result.get(name)]
    keys = [item["key"] for item in [*result.get("renditions", []), *result.get("slides", [])]] + single
    stitched = (result.get("stitched") or {}).get("key")
    return [stitched, *keys] if stitched and stitched not in keys else keys


def list_lines(answer: Mapping[str, Any]) -> list[str]:
    """One line for each job: when it was submitted, where it is found, what it is, and how it stands."""
    return [list_line(job) for job in answer["jobs"]] or ["there are no such jobs"]


def list_line(job: Mapping[str, Any]) -> str:
    # To the second: 2026-11-24T04:05:06.789Z
    submitted = f"{job['submitted_at'][:19]}Z"
    why = f" ({job['error']['code']})" if job.get("error") else ""
    return f"{submitted}  {job['session_id']}  {job['job_id']}  {job['job_type']}  {state(job)}{why}"


def quote_lines(answer: Mapping[str, Any]) -> list[str]:
    """The price, the time, and what would be made."""
    low, high = answer["usd_range"]
    rungs = ", ".join(rung["resolution"] for rung in answer["renditions"]) or "slides"
    return [
        f"${answer['usd']:.6f} (${low:.6f} to ${high:.6f})",
        f"{answer['seconds']:.0f} s, {answer['chunks']} chunks, {answer['state_transitions']} state transitions",
        f"makes {rungs}",
    ]


def cancel_lines(job_id: str, answer: Mapping[str, Any]) -> list[str]:
    return [f"{job_id}  {label(answer)}"]


def retry_lines(answer: Mapping[str, Any]) -> list[str]:
    return [f"{answer['job_id']}  {label(answer)}, attempt {answer['attempt']}"]


def history_lines(answer: Mapping[str, Any]) -> list[str]:
    """One line for each state: when it was entered, how it went, and what of a Map is done."""
    return [history_line(state) for state in answer["states"]] or [f"attempt {answer['attempt']} has not started"]


def history_line(state: Mapping[str, Any]) -> str:
    counts = state.get("iterations")
    done = f", {counts['succeeded']} of {counts['total']}" if counts else ""
    tries = f", {state['tries']} tries" if state["tries"] > 1 and not counts else ""
    why = f" ({state['error']})" if state.get("error") else ""
    return f"{state['entered_at'][:19]}Z  {state['name']:<14}  {state['status']}{done}{tries}{why}"


def links_lines(answer: Mapping[str, Any]) -> list[str]:
    """One line for each link: what it leads to, and itself."""
    several = [(made["resolution"], made) for made in answer["renditions"]]
    several += [(f"slide {slide['id']}", slide) for slide in answer["slides"]]
    single = [(name, answer[name]) for name in ("stitched", "hls", "thumbnail", "storyboard") if name in answer]
    return [f"{name:<12}  {link['url']}" for name, link in [*single, *several]]


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
