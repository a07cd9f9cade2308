"""Lines of a log, for people."""

import json

import pytest

from workbench.job_log import Line, readable

STREAM = "2026/11/24/job-dispatcher[$LATEST]0123456789abcdef"


def test_a_line_of_ours_is_time_function_level_message_and_the_rest() -> None:
    fields = {"level": "INFO", "message": "stage ended", "job_id": "J", "service": "roughcut", "stage": "plan"}
    line = Line(1_000, STREAM, json.dumps({**fields, "seconds": 1.5}))

    assert readable(line) == "00:00:01.000 job-dispatcher: INFO stage ended  stage=plan seconds=1.5"


def test_plain_text_stays_as_it_is() -> None:
    line = Line(1_500, "elsewhere", "Traceback (most recent call last):")

    assert readable(line) == "00:00:01.500 elsewhere: Traceback (most recent call last):"


@pytest.mark.parametrize("text", ['{"_aws": {}, "CostUsd": [1]}', "START RequestId: 1 Version: 2", "END RequestId: 1"])
def test_what_only_machines_want_is_left_out(text: str) -> None:
    assert readable(Line(0, STREAM, text)) is None
