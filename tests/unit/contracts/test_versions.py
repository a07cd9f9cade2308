"""A deploy meets executions that the code before it started, and starts that the code before it still makes."""

import pytest

from roughcut.contracts import check, schema
from roughcut.contracts.check import ContractBroken
from roughcut.jobs.job import VERSION

JOB = {
    "session_id": "s",
    "job_id": "j",
    "attempt": 1,
    "job_type": "stitch_video",
    "request_key": "sessions/s/jobs/j/request.json",
    "prefix": "sessions/s/jobs/j/1/",
    "deadline_ms": 1,
}


def test_stages_accept_what_is_written_now_and_what_was_written_before():
    assert set(schema("stage_job")["properties"]["v"]["enum"]) == {max(1, VERSION - 1), VERSION}
    assert check({**JOB, "v": VERSION}, "stage_job")["v"] == VERSION


@pytest.mark.parametrize("version", [VERSION + 1, VERSION - 2, 0, None])
def test_stages_refuse_a_version_that_they_do_not_know(version):
    with pytest.raises(ContractBroken) as refusal:
        check({**JOB, "v": version}, "stage_job")

    assert refusal.value.field == "v"
