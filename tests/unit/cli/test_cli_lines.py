"""Answers as lines for people."""

from workbench.rendering import (
    cancel_lines,
    history_lines,
    list_lines,
    process_lines,
    retry_lines,
    session_lines,
    stats_lines,
)

DONE = {
    "job_id": "J2",
    "job_type": "full_pipeline",
    "status": "completed",
    "result": {
        "stitched": {"key": "p/renditions/720p.mp4"},
        "renditions": [{"key": "p/renditions/720p.mp4"}, {"key": "p/renditions/480p.mp4"}],
        "slides": [{"id": "intro", "key": "p/slides/intro.png"}],
        "hls": {"key": "p/hls/master.m3u8"},
        "thumbnail": {"key": "p/thumbnail.jpg"},
    },
}
FAILED = {
    "job_id": "J1",
    "job_type": "stitch_video",
    "status": "failed",
    "error": {"code": "SourceMissing", "message": "a.mp4 is not in the session."},
}


def test_a_session_lists_its_jobs_with_what_they_made_and_why_they_failed():
    assert session_lines({"session_id": "abc", "jobs": [DONE, FAILED]}) == [
        "J2  full_pipeline  completed",
        "  p/renditions/720p.mp4",
        "  p/renditions/480p.mp4",
        "  p/slides/intro.png",
        "  p/hls/master.m3u8",
        "  p/thumbnail.jpg",
        "J1  stitch_video  failed",
        "  SourceMissing: a.mp4 is not in the session.",
    ]


def test_a_running_job_shows_how_far_it_is():
    job = {"job_id": "J3", "job_type": "full_pipeline", "status": "processing", "stage": "stitch", "progress": 12}
    assert session_lines(job) == ["J3  full_pipeline  cutting 12 %"]


def test_a_waiting_job_shows_its_place_and_what_it_waits_for():
    job = {"job_id": "J4", "job_type": "full_pipeline", "status": "queued", "position": 2}
    waiting = job | {"waiting_for": "3 of 3 slots in use"}
    assert session_lines(waiting) == ["J4  full_pipeline  queued, number 2 in line (3 of 3 slots in use)"]


def test_a_session_without_jobs_says_so():
    assert session_lines({"session_id": "abc", "jobs": []}) == ["abc has no jobs"]


def test_stats_are_five_figures_in_four_lines():
    queued = {"high": 1, "normal": 2, "low": 3, "total": 6}
    figures = {"processing": 3, "max_concurrent": 3, "completed_24h": 8, "failed_24h": 1, "dead_lettered": 0}
    assert stats_lines({"queued": queued, **figures}) == [
        "queued      6 (1 high, 2 normal, 3 low)",
        "processing  3 of 3",
        "last 24 h   8 completed, 1 failed",
        "dead        0 messages",
    ]


def test_process_names_what_it_started():
    assert process_lines({"started": ["J1", "J2"], "free_slots": 1}) == ["started J1, J2; 1 slots free"]
    assert process_lines({"started": [], "free_slots": 0}) == ["started nothing; 0 slots free"]


def test_a_listing_has_one_line_for_each_job_and_names_its_session():
    told = {"session_id": "abc", "submitted_at": "2026-11-24T04:05:06.789Z"}
    running = {"job_id": "J3", "job_type": "full_pipeline", "status": "processing", "stage": "stitch", "progress": 12}
    assert list_lines({"jobs": [running | told, FAILED | told]}) == [
        "2026-11-24T04:05:06Z  abc  J3  full_pipeline  cutting 12 %",
        "2026-11-24T04:05:06Z  abc  J1  stitch_video  failed (SourceMissing)",
    ]


def test_a_listing_of_nothing_says_so():
    assert list_lines({"jobs": []}) == ["there are no such jobs"]


def test_a_cancelled_job_is_over_or_on_its_way():
    assert cancel_lines("J1", {"status": "cancelled"}) == ["J1  cancelled"]
    assert cancel_lines("J1", {"status": "processing", "cancelling": True}) == ["J1  cancelling"]


def test_a_retried_job_has_its_place_and_its_attempt():
    answer = {"job_id": "J1", "status": "queued", "attempt": 2, "position": 3}
    assert retry_lines(answer) == ["J1  queued, number 3 in line, attempt 2"]


def test_a_history_is_a_line_for_each_state():
    state = {"name": "StitchVideo", "status": "failed", "entered_at": "2026-11-24T04:05:06.789Z", "tries": 3}
    map_ = {"name": "EncodeChunks", "status": "running", "entered_at": "2026-11-24T04:05:07.789Z", "tries": 1}
    counts = {"total": 40, "succeeded": 12, "failed": 0, "running": 9}
    answer = {"attempt": 2, "states": [{**state, "error": "SourceMissing"}, {**map_, "iterations": counts}]}
    assert history_lines(answer) == [
        "2026-11-24T04:05:06Z  StitchVideo     failed, 3 tries (SourceMissing)",
        "2026-11-24T04:05:07Z  EncodeChunks    running, 12 of 40",
    ]
    assert history_lines({"attempt": 2, "states": []}) == ["attempt 2 has not started"]
