"""What the functions tell of real jobs: every line of their logs is read as CloudWatch would."""

import json
import platform
from pathlib import Path
from typing import Any

import pytest

from roughcut.jobs.prices import call_usd
from roughcut.metrics import FIGURES, NAMESPACE
from tests.embedded.waiting import until
from tests.machines.running import Job, WatchedStack

SECRET_TITLE = "Nobody reads this title in a log"
STAGES = {"slides", "stitch", "plan", "chunk", "package", "finish"}

Line = dict[str, Any]


@pytest.fixture(scope="module")
def film(stack: WatchedStack, clips: Path) -> Job:
    slide = {"id": "a", "type": "title", "content": {"title": SECRET_TITLE}, "duration": 1.0}
    stack.upload("told", clips / "wide.mp4")
    payload = {"videos": ["wide.mp4"], "slides": [slide], "resolutions": ["240p"]}
    film = stack.film("told", payload=payload)
    assert film["status"] == "completed", film
    return film


@pytest.fixture(scope="module")
def failed(stack: WatchedStack) -> Job:
    failed = stack.film("told", job_type="stitch_video", payload={"videos": ["nowhere.mp4"]})
    assert failed["error"]["code"] == "SourceMissing"
    return failed


@pytest.fixture(scope="module")
def lines(stack: WatchedStack, film: Job, failed: Job) -> list[str]:
    stack.invoke("job-dispatcher", {"door": "sweep"})
    ended = {film["job_id"], failed["job_id"]}

    def told() -> bool:
        figures = figures_of([line for _, line in stack.log])
        return {f.get("job_id") for f in figures if "JobsEnded" in f} >= ended and any("Swept" in f for f in figures)

    assert until(told)
    return [line for _, line in stack.log]


def documents(lines: list[str]) -> list[Line]:
    return [json.loads(line) for line in lines if line.startswith("{")]


def figures_of(lines: list[str]) -> list[Line]:
    return [line for line in documents(lines) if "_aws" in line]


def sayings(lines: list[str], job: Job) -> list[Line]:
    return [line for line in documents(lines) if line.get("job_id") == job["job_id"] and "message" in line]


def test_every_line_is_one_json_document_without_control_characters(stack: WatchedStack, lines: list[str]) -> None:
    assert documents(lines)
    assert not [line for line in lines if line.startswith("{") and not line.isprintable()]
    # The Lambda runtime prints the traceback of an error that left its function, here one of the failed job's.
    assert {name for name, line in stack.log if not line.startswith("{")} == {"video-stitcher"}


def test_every_line_of_a_stage_bears_job_session_attempt_and_execution(lines: list[str], film: Job) -> None:
    staged = [line for line in documents(lines) if "stage" in line and "message" in line]
    execution = film["execution_arn"].rpartition(":")[2]
    ours = [line for line in staged if line["job_id"] == film["job_id"]]
    assert {line["stage"] for line in ours} == STAGES
    assert all((line["session_id"], line["attempt"], line["execution"]) == ("told", 1, execution) for line in ours)


def test_the_life_of_a_job_can_be_read_from_the_log(lines: list[str], film: Job, failed: Job) -> None:
    def life(job: Job) -> list[str]:
        return [line["message"] for line in sayings(lines, job) if line["message"].startswith("job ")]

    assert life(film) == ["job queued", "job claimed", "job completed"]
    assert life(failed) == ["job queued", "job claimed", "job failed"]
    assert sayings(lines, failed)[-1]["error"] == "SourceMissing"


def test_what_a_request_says_is_in_no_line(lines: list[str]) -> None:
    assert not [line for line in lines if SECRET_TITLE in line or "AWS_SECRET" in line]


@pytest.mark.like_aws(
    "CloudWatch",
    "A line of the embedded metric format is a figure",
    differs="figures are made of the lines, and alarms watch them; here they stay lines",
)
def test_figures_are_in_the_embedded_metric_format_with_the_dimensions_that_are_declared(lines: list[str]) -> None:
    for line in figures_of(lines):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        assert directive["Namespace"] == NAMESPACE and line["_aws"]["Timestamp"] > 0
        assert all(line[name] for name in dimensions)
        for metric in directive["Metrics"]:
            figure = FIGURES[metric["Name"]]
            assert metric["Unit"] == figure.unit.value
            assert dimensions == ([figure.dimension] if figure.dimension else [])
            assert all(isinstance(value, (int, float)) and value >= 0 for value in line[metric["Name"]])


def test_every_figure_that_is_declared_is_told(lines: list[str]) -> None:
    told = {name for line in figures_of(lines) for name in FIGURES if name in line}
    assert told == set(FIGURES)


def test_a_call_of_a_stage_tells_its_time_and_its_memory(lines: list[str], film: Job) -> None:
    calls = [f for f in figures_of(lines) if f.get("job_id") == film["job_id"] and "StageSeconds" in f]
    assert {call["Stage"] for call in calls} == STAGES
    memory = {call["Stage"]: call["LambdaGbSeconds"][0] / call["StageSeconds"][0] * 1024 for call in calls}
    assert memory["chunk"] == pytest.approx(5307) and memory["slides"] == pytest.approx(1769)


def test_a_call_of_a_stage_tells_what_it_cost_on_the_processor_that_it_ran_on(lines: list[str], film: Job) -> None:
    calls = [f for f in figures_of(lines) if f.get("job_id") == film["job_id"] and "CostUsd" in f]
    assert {call["Stage"] for call in calls} == STAGES
    for call in calls:
        (gb_seconds,) = call["LambdaGbSeconds"]
        assert call["CostUsd"] == [pytest.approx(call_usd(gb_seconds, platform.machine()))]
