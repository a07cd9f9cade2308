"""Handlers that do what no handler should: each has a clear result, and nothing of it stays."""

import resource
import sys
from pathlib import Path

import pytest

from tests.embedded.waiting import until
from tests.embedded.workers.conftest import SMALL
from tests.embedded.workers.test_invocations import act
from tests.embedded.workers.test_limits import is_over, pids_in
from workbench.embedded.workers.logpipe import LONGEST_LINE
from workbench.embedded.workers.pool import Pool
from workbench.embedded.workers.runtime_api import LARGEST_RESPONSE

MEGABYTE = 1024 * 1024


def peak_bytes() -> int:
    """The most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@pytest.mark.like_aws("Lambda", "A handler that prints without end is ended by its timeout, its lines cut")
def test_a_handler_that_prints_without_end_fills_no_memory_but_its_own() -> None:
    lengths: list[int] = []
    pool = Pool(SMALL, {}, lambda _name, line: lengths.append(len(line)), limit=1)
    before = peak_bytes()

    outcome = act(pool, "print without end")
    pool.close()

    assert outcome.value["errorType"] == "Sandbox.Timedout"
    assert max(lengths) <= LONGEST_LINE + 64 * 1024
    assert sum(lengths) > LONGEST_LINE
    assert len(outcome.log) <= 65 * 1024
    assert peak_bytes() - before < 50 * MEGABYTE


@pytest.mark.like_aws("Lambda", "An import that ends the process is Runtime.ExitError, each time anew")
def test_an_import_that_ends_the_process_is_an_exit_error_each_time(pool: Pool) -> None:
    first, second = (pool.invoke("leaving", b"{}").value for _ in range(2))

    assert first["errorType"] == second["errorType"] == "Runtime.ExitError"
    assert "exit status 4" in first["errorMessage"]


def test_a_daemon_that_left_parent_session_and_output_does_not_outlive_its_worker(pool: Pool, tmp_path: Path) -> None:
    note = tmp_path / "pids"

    assert act(pool, "daemon", "patient", note=str(note)).value == "left alone"
    until(lambda: pids_in(note))
    pool.close()

    assert until(lambda: all(map(is_over, pids_in(note))))


def test_a_fork_of_a_handler_does_not_outlive_its_worker(pool: Pool) -> None:
    pid = act(pool, "fork", "patient").value

    pool.close()

    assert until(lambda: is_over(pid))


def test_a_worker_that_ignores_sigterm_is_ended_all_the_same(pool: Pool) -> None:
    act(pool, "ignore the end", "patient")
    pid = act(pool, "pid", "patient").value

    pool.close()

    assert until(lambda: is_over(pid))


def test_a_handler_that_closes_its_output_still_answers(pool: Pool) -> None:
    assert act(pool, "close stdout", "patient").value == "silent"
    assert act(pool, "return", "patient", n=1).value["n"] == 1


@pytest.mark.like_aws("Lambda", "The Runtime API takes an answer for the invocation in hand only")
def test_garbage_to_the_runtime_api_is_refused_and_changes_nothing(pool: Pool) -> None:
    assert act(pool, "garbage", "patient").value == [400, 404, 400, 404]
    assert act(pool, "return", "patient", n=2).value["n"] == 2


@pytest.mark.like_aws("Lambda", "A response over 6,291,556 bytes is Function.ResponseSizeTooLarge")
@pytest.mark.parametrize(("size", "error"), [(LARGEST_RESPONSE - 2, None), (LARGEST_RESPONSE - 1, "Unhandled")])
def test_a_response_has_a_largest_size(pool: Pool, size: int, error: str | None) -> None:
    outcome = act(pool, "large", "patient", size=size)

    assert outcome.error == error
    if error:
        assert outcome.value["errorType"] == "Function.ResponseSizeTooLarge"


@pytest.mark.like_aws("Lambda", "A worker's environment is Lambda's, the template's, and the way to AWS")
def test_a_workers_environment_is_exactly_this(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the caller")
    monkeypatch.setenv("LD_PRELOAD", "")

    environment = pool.invoke("echo", b"{}").value["environment"]

    of_lambda = {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "PATH",
        "TZ",
    }
    of_the_laptop = {"HOME", "TMPDIR", "PYTHONUNBUFFERED", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LC_CTYPE"}
    of_the_template_and_stack = {"GREETING", "AWS_ENDPOINT_URL"}
    assert of_lambda | of_the_template_and_stack <= set(environment)
    assert set(environment) <= of_lambda | of_the_template_and_stack | of_the_laptop
    assert not environment["HOME"].startswith(str(Path.home()))
