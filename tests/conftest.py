"""What holds for every room: a test without its system program is skipped by name, and CI allows no skip."""

import os
import shutil
from collections.abc import Iterator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "program(name): needs this system program, which .ci/packages installs in CI")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("program"):
        (program,) = mark.args
        if shutil.which(program) is None:
            pytest.skip(f"the program {program} is not installed")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ROUGHCUT_NO_SKIPS=1 (as .ci/run sets it) a run that skipped anything has failed."""
    if os.environ.get("ROUGHCUT_NO_SKIPS") == "1" and list(skipped(session.config)) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    count = len(list(skipped(terminalreporter.config)))
    if count and os.environ.get("ROUGHCUT_NO_SKIPS") == "1":
        terminalreporter.write_line(f"ROUGHCUT_NO_SKIPS=1: {count} skipped tests count as a failure", red=True)


def skipped(config: pytest.Config) -> Iterator[object]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    yield from reporter.stats.get("skipped", []) if reporter else []
