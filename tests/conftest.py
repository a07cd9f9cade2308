"""What holds for every room: how figures are told, and that a test without its system program is skipped by name."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

# Laws are about values, not about how busy the machine is: no example has a deadline.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_FIGURE = "figure"

# Rooms that need more than a clone: neither run nor counted as skipped unless their variable is set.
_ON_REQUEST = {"aws": "ROUGHCUT_AWS_STACK", "build": "ROUGHCUT_BUILD"}
collect_ignore = [room for room, variable in _ON_REQUEST.items() if not os.environ.get(variable)]


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


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells a figure that a test measured, at the end of the run, whichever process measured it."""
    return lambda figure: record_property(_FIGURE, figure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures = [
        value for report in reports(terminalreporter) for name, value in report.user_properties if name == _FIGURE
    ]
    if figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(sorted(figures)))
    count = len(list(skipped(terminalreporter.config)))
    if count and os.environ.get("ROUGHCUT_NO_SKIPS") == "1":
        terminalreporter.write_line(f"ROUGHCUT_NO_SKIPS=1: {count} skipped tests count as a failure", red=True)


def reports(terminalreporter: pytest.TerminalReporter) -> Iterator[pytest.TestReport]:
    """Of each test that ran, the one with everything that it told."""
    for reports in terminalreporter.stats.values():
        yield from (r for r in reports if isinstance(r, pytest.TestReport) and r.when == "call")


def skipped(config: pytest.Config) -> Iterator[object]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    yield from reporter.stats.get("skipped", []) if reporter else []
