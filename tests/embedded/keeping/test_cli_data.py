"""`roughcut up --data`, killed in the middle of a job, then on a disk that takes no more."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from tests.embedded.waiting import until
from workbench.embedded.clients import Clients
from workbench.embedded.keeping.journal import Journal
from workbench.operations import Ask, by_http
from workbench.problem import RequestRefused

PATIENCE_SECONDS = 120.0
PROGRAM = str(Path(sys.executable).with_name("roughcut"))


class Up(NamedTuple):
    process: psutil.Popen
    ask: Ask
    clients: Clients


def command(data: Path) -> list[str]:
    return [PROGRAM, "up", "--port", "0", "--aws-port", "0", "--data", str(data)]


@contextmanager
def up(data: Path, log: Path) -> Iterator[Up]:
    """One job at a time. Killed at the end, whatever it is doing."""
    environment = {**os.environ, "MAX_CONCURRENT_JOBS": "1"}
    with (
        log.open("a") as stderr,
        psutil.Popen(command(data), stdout=subprocess.PIPE, stderr=stderr, env=environment, text=True) as process,
    ):
        try:
            _, http_url, _, aws_url = process.stdout.readline().split()
            yield Up(process, by_http(http_url), Clients(aws_url))
        finally:
            process.kill()


def submit(ask: Ask, session: str, slides: int = 1) -> str:
    drawn = [{"id": f"t{n}", "type": "title", "content": {"title": "A title"}} for n in range(slides)]
    request = {"operation": "submit", "session_id": session, "job_type": "generate_slides"}
    return str(ask({**request, "payload": {"slides": drawn}})["job_id"])


def job(ask: Ask, session: str, job_id: str) -> dict[str, Any]:
    return ask({"operation": "status", "session_id": session, "job_id": job_id})


def wait_for(ask: Ask, session: str, job_id: str, *words: str) -> dict[str, Any]:
    """The job, once its status is one of `words`."""

    def look() -> dict[str, Any] | None:
        seen = job(ask, session, job_id)
        return seen if seen["status"] in words else None

    found = until(look, PATIENCE_SECONDS)
    assert found
    return found


def limit_files(process: psutil.Popen, size: int) -> None:
    """No file of the process may grow beyond `size` bytes: for it, the disk is full."""
    process.rlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened, in order."""
    folder = tmp_path_factory.mktemp("kept")
    data, log, told = folder / "data", folder / "log", dict[str, Any]()
    with up(data, log) as first:
        told["early"] = wait_for(first.ask, "early", submit(first.ask, "early"), "completed")
        told["refused"] = subprocess.run(command(data), capture_output=True, text=True)
        told["pid"] = first.process.pid
        ids = {session: submit(first.ask, session, slides) for session, slides in (("running", 40), ("waiting", 1))}
        until(lambda: (ids["running"], "RUNNING") in executions(first), PATIENCE_SECONDS)
    with up(data, log) as second:
        for session, job_id in ids.items():
            told[session] = wait_for(second.ask, session, job_id, "completed", "failed")
        told["executions"] = executions(second)
        told["early again"] = job(second.ask, "early", told["early"]["job_id"])
        told |= fill_disk(second)
    journal = Journal(data / "roughcut.db")
    told["rows"] = [thing.key for thing, _ in journal.all_of("row")]
    journal.close()
    return told


def executions(up: Up) -> list[tuple[str, str]]:
    """(job, status and error) of each, oldest first."""
    states = up.clients.get("stepfunctions")
    (machine,) = states.list_state_machines()["stateMachines"]
    listed = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    seen = [states.describe_execution(executionArn=entry["executionArn"]) for entry in reversed(listed)]
    return [(run["name"].partition("-")[0], f"{run['status']} {run.get('error', '')}".strip()) for run in seen]


def fill_disk(up: Up) -> dict[str, Any]:
    told = dict[str, Any]()
    # Less than a page of the database; workers that start meanwhile get by with it.
    limit_files(up.process, 4096)
    with pytest.raises(RequestRefused) as first:
        submit(up.ask, "first")
    with pytest.raises(RequestRefused) as second:
        submit(up.ask, "second")
    told["sentences"] = [first.value.message, second.value.message]
    told["read meanwhile"] = up.ask({"operation": "stats"})["completed_24h"]
    limit_files(up.process, resource.RLIM_INFINITY)
    job_id = until(lambda: _submitted(up.ask, "third"))
    told["third"] = wait_for(up.ask, "third", str(job_id), "completed", "failed")
    return told


def _submitted(ask: Ask, session: str) -> str | None:
    try:
        return submit(ask, session)
    except RequestRefused:
        return None


def test_a_job_that_ran_at_the_kill_is_completed_by_its_second_attempt(story: dict[str, Any]) -> None:
    assert (story["running"]["status"], story["running"]["attempt"]) == ("completed", 2)
    assert (story["waiting"]["status"], story["waiting"]["attempt"]) == ("completed", 1)


def test_each_execution_is_listed_and_the_interrupted_one_says_so(story: dict[str, Any]) -> None:
    early, running, waiting = (story[name]["job_id"] for name in ("early", "running", "waiting"))

    assert story["executions"] == [
        (early, "SUCCEEDED"),
        (running, "ABORTED Roughcut.Interrupted"),
        (running, "SUCCEEDED"),
        (waiting, "SUCCEEDED"),
    ]


def test_a_finished_job_is_what_it_was(story: dict[str, Any]) -> None:
    assert story["early again"] == story["early"]


def test_a_second_process_is_refused_in_one_sentence_with_the_pid(story: dict[str, Any]) -> None:
    refused = story["refused"]

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.endswith(f"are in use by process {story['pid']}; end it first.\n")
    assert "Traceback" not in refused.stderr


def test_on_a_full_disk_new_jobs_are_refused_with_one_sentence_and_reads_go_on(story: dict[str, Any]) -> None:
    first, second = story["sentences"]

    assert "is not on the disk" in first
    assert "cannot be written" in second
    assert story["read meanwhile"] == 3


def test_with_room_again_jobs_are_taken_and_kept(story: dict[str, Any]) -> None:
    assert story["third"]["status"] == "completed"
    assert any(story["third"]["job_id"] in key for key in story["rows"])
    assert not any('"second"' in key for key in story["rows"])
