"""Watching a job to its end."""

from collections.abc import Mapping
from typing import Any

import pytest

from workbench.display import Lines
from workbench.following import follow, follow_to_the_end, require_completed
from workbench.problem import Problem

SUBMITTED = {"session_id": "abc", "job_id": "J1"}


def answers(*statuses: str) -> Any:
    """A job manager that gives these statuses one after the other, and checks what it is asked."""
    waiting = list(statuses)

    def ask(request: Mapping[str, Any]) -> dict[str, Any]:
        assert request == {"operation": "status", **SUBMITTED}
        return {"job_id": "J1", "status": waiting.pop(0), "stage": "optimize"}

    return ask


@pytest.mark.parametrize("end", ["completed", "failed", "cancelled"])
def test_it_asks_until_the_job_has_ended_and_pauses_in_between(end):
    pauses: list[None] = []
    seen = [j["status"] for j in follow(answers("queued", "processing", end), "abc", "J1", lambda: pauses.append(None))]
    assert seen == ["queued", "processing", end]
    assert len(pauses) == 2


def test_the_last_answer_is_the_result_and_every_change_is_shown(capsys):
    with Lines() as show:
        job = follow_to_the_end(answers("queued", "processing", "processing", "completed"), SUBMITTED, int, show)
    captured = capsys.readouterr()
    assert job["status"] == "completed"
    assert captured.err.splitlines() == ["queued: 0 %", "encoding: 0 %", "completed: 100 %"]
    assert captured.out == ""


def test_a_failed_job_is_one_sentence_with_code_and_clip():
    error = {"code": "SourceUnreadable", "message": "The clip is not a video.", "stage": "stitch", "clip": "a.mp4"}
    with pytest.raises(Problem) as problem:
        require_completed({"job_id": "J1", "status": "failed", "error": error})
    assert str(problem.value) == "The job J1 failed, clip a.mp4: The clip is not a video (SourceUnreadable)."


def test_a_clip_that_the_message_names_already_is_not_named_twice():
    error = {"code": "SourceUnreadable", "message": "a.mp4 is not a video.", "clip": "a.mp4"}
    with pytest.raises(Problem, match=r"^The job J1 failed: a\.mp4 is not a video \(SourceUnreadable\)\.$"):
        require_completed({"job_id": "J1", "status": "failed", "error": error})
