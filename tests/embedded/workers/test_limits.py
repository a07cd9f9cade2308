"""Timeouts, crashes, memory and concurrency are real, and nothing is left of a worker that broke one."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.embedded.waiting import until
from tests.embedded.workers.conftest import Make
from tests.embedded.workers.test_invocations import act
from workbench.embedded.workers import worker
from workbench.embedded.workers.outcome import Throttled
from workbench.embedded.workers.pool import Pool


def is_over(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def pids_in(note: Path) -> list[int]:
    return [int(pid) for pid in note.read_text().split()] if note.exists() else []


@pytest.mark.like_aws("Lambda", "A function that outlasts its Timeout is killed: Sandbox.Timedout")
def test_a_handler_that_takes_too_long_is_killed_and_named(pool: Pool) -> None:
    outcome = act(pool, "wait")

    assert outcome.error == "Unhandled"
    assert outcome.value["errorType"] == "Sandbox.Timedout"
    assert "timed out after 1.00 seconds" in outcome.value["errorMessage"]


@pytest.mark.like_aws("Lambda", "A process that exits or crashes is Runtime.ExitError")
@pytest.mark.parametrize(
    ("do", "ending"),
    [
        ("leave", "exit status 3"),
        ("leave politely", "without providing a reason"),
        ("crash", "signal: SIGSEGV"),
    ],
)
def test_a_worker_that_ends_in_the_middle_is_an_exit_error(pool: Pool, do: str, ending: str) -> None:
    outcome = act(pool, do)

    assert outcome.value["errorType"] == "Runtime.ExitError"
    assert ending in outcome.value["errorMessage"]


@pytest.mark.like_aws(
    "Lambda",
    "A function that takes more than its MemorySize is killed: Runtime.OutOfMemory",
    differs="the kernel kills at the byte; here memory is looked at now and then. CPU is a share of MemorySize "
    "there, and all of the machine's here",
)
@pytest.mark.parametrize("do", ["hog", "hog in a child"])
def test_memory_is_counted_with_all_that_the_handler_started(pool: Pool, do: str) -> None:
    outcome = act(pool, do, name="patient")

    assert outcome.value["errorType"] == "Runtime.OutOfMemory"
    assert "of 128 MB" in outcome.value["errorMessage"]


@pytest.mark.parametrize("then", ["wait", "crash"])
def test_what_a_broken_worker_started_dies_with_it(pool: Pool, tmp_path: Path, then: str) -> None:
    note = tmp_path / "pids"

    outcome = act(pool, "child", note=str(note), then=then)

    assert outcome.error == "Unhandled"
    assert len(pids_in(note)) == 2
    assert until(lambda: all(map(is_over, pids_in(note))))


def test_a_daemon_of_a_handler_does_not_outlive_its_worker(pool: Pool) -> None:
    pid = act(pool, "escape").value

    pool.close()

    assert until(lambda: is_over(pid))


@pytest.mark.like_aws("Lambda", "After a timeout or crash the next call gets a fresh process")
def test_the_next_invocation_gets_a_fresh_worker(pool: Pool) -> None:
    before = act(pool, "pid").value
    act(pool, "leave")

    after = act(pool, "pid")

    assert after.error is None
    assert after.value != before


def test_a_worker_that_was_killed_while_idle_is_not_used_again(pool: Pool) -> None:
    pid = act(pool, "pid").value
    psutil.Process(pid).kill()
    until(lambda: is_over(pid))

    assert act(pool, "pid").error is None


def test_a_function_at_its_reserved_concurrency_is_throttled(pool: Pool, tmp_path: Path) -> None:
    note = tmp_path / "pids"
    running = threading.Thread(target=act, args=(pool, "child", "single"), kwargs={"note": str(note), "then": "wait"})
    running.start()
    until(lambda: pids_in(note))

    with pytest.raises(Throttled):
        act(pool, "pid", name="single")

    psutil.Process(pids_in(note)[0]).kill()
    running.join()
    assert act(pool, "pid", name="single").error is None


@pytest.mark.like_aws("Lambda", "A reserved concurrency of 0 stops a function")
def test_a_reserved_concurrency_of_none_at_all_stops_a_function(pool: Pool) -> None:
    with pytest.raises(Throttled):
        act(pool, "pid", name="never")


def test_more_invocations_than_workers_wait_for_their_turn(make_pool: Make) -> None:
    pool = make_pool(limit=2)
    with ThreadPoolExecutor(8) as callers:
        pids = list(callers.map(lambda _: act(pool, "pid").value, range(16)))

    assert len(pids) == 16
    assert len(set(pids)) <= 2


def test_a_full_pool_makes_room_for_a_function_that_has_no_worker(make_pool: Make) -> None:
    pool = make_pool(limit=1)
    pid = act(pool, "pid").value

    assert act(pool, "pid", name="patient").error is None
    assert until(lambda: is_over(pid))


def test_warm_starts_a_worker_of_every_function_that_can_start(make_pool: Make) -> None:
    pool = make_pool(limit=8)
    pool.warm()

    started = {process.pid for process in psutil.Process().children()}

    assert act(pool, "pid").value in started
    assert pool.invoke("echo", b"{}").value["pid"] in started


@pytest.mark.like_aws(
    "Lambda",
    "Temporary files belong to one worker and end with it",
    differs="the folder is /tmp, with a quota (EphemeralStorage); here it is the folder that TMPDIR names, on the "
    "machine's disk",
)
def test_a_worker_has_temporary_files_of_its_own_that_end_with_it(make_pool: Make) -> None:
    pool = make_pool(limit=2)
    file = Path(act(pool, "file").value)
    home = json.loads(pool.invoke("echo", b"{}").payload)["environment"]["TMPDIR"]

    assert file.exists()
    assert file.parent != Path(home)
    pool.close()
    assert not file.exists()
    assert not Path(home).parent.exists()


def test_a_pool_closes_in_the_middle_of_everything(make_pool: Make, tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    pool = make_pool(limit=3)
    note = tmp_path / "pids"
    outcomes: list[Any] = []
    busy = threading.Thread(
        target=lambda: outcomes.append(act(pool, "child", "patient", note=str(note), then="wait").value)
    )
    busy.start()
    until(lambda: len(pids_in(note)) == 2)

    pool.close()
    busy.join()

    assert outcomes[0]["errorType"] == "Runtime.ExitError"
    assert until(lambda: all(map(is_over, pids_in(note))))
    assert set(psutil.Process().children()) <= before


def test_eight_busy_workers_end_together_with_all_they_started(make_pool: Make, tmp_path: Path) -> None:
    """Ctrl-C in the middle of work: every process of the machine is looked at once for all, not once for each."""
    before = set(psutil.Process().children())
    pool = make_pool(limit=8)
    notes = [tmp_path / str(number) for number in range(8)]
    with ThreadPoolExecutor(8) as callers:
        ends = [callers.submit(act, pool, "child", "patient", note=str(note), then="wait") for note in notes]
        until(lambda: all(len(pids_in(note)) == 2 for note in notes), patience=60)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(worker, "kill", lambda *_: pytest.fail("a worker was killed by itself"))
            pool.close()

    assert {end.result().value["errorType"] for end in ends} == {"Runtime.ExitError"}
    assert until(lambda: all(is_over(pid) for note in notes for pid in pids_in(note)))
    assert set(psutil.Process().children()) <= before
