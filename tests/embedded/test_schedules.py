"""Schedules, on a clock that the test turns."""

import pytest

from workbench.embedded.faults import TemplateRefused
from workbench.embedded.schedules import Schedule, Ticker, Timetable

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:sweep"


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
def calls() -> list[tuple[str, bytes]]:
    return []


@pytest.fixture
def timetable(now: list[float], calls: list[tuple[str, bytes]]) -> Timetable:
    schedules = [Schedule("minute", 60, "sweep", '{"door": "sweep"}'), Schedule("hour", 3600, "report", "{}")]
    return Timetable(schedules, lambda name, event: calls.append((name, event)), lambda: now[0])


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200), ("rate(1 day)", 86400)],
)
def test_rates_are_understood(expression: str, seconds: int) -> None:
    assert Schedule.parse("sweep", expression, FUNCTION, None) == Schedule("sweep", seconds, "sweep", "{}")


@pytest.mark.parametrize("expression", ["cron(0 12 * * ? *)", "rate(0 minutes)", "rate(1 second)", "1 minute"])
def test_other_expressions_are_refused_by_name(expression: str) -> None:
    with pytest.raises(TemplateRefused, match="The schedule sweep is "):
        Schedule.parse("sweep", expression, FUNCTION, None)


def test_other_targets_than_functions_are_refused() -> None:
    with pytest.raises(TemplateRefused, match="only functions are scheduled"):
        Schedule.parse("sweep", "rate(1 minute)", "arn:aws:sqs:us-east-1:1:queue", None)


def test_nothing_is_due_at_the_start(timetable: Timetable, calls: list[tuple[str, bytes]]) -> None:
    assert timetable.run_due() == 60
    assert calls == []


@pytest.mark.like_aws("EventBridge", "A schedule invokes its function with the scheduled event")
def test_what_is_due_is_invoked_with_its_event(
    timetable: Timetable, now: list[float], calls: list[tuple[str, bytes]]
) -> None:
    now[0] += 60

    assert timetable.run_due() == 60
    assert calls == [("sweep", b'{"door": "sweep"}')]


@pytest.mark.like_aws(
    "EventBridge",
    "rate(1 minute) and rate(1 hour) come as often as they say",
    differs="the first call comes at once, or not (unverified); here after the first interval",
)
def test_an_hour_is_sixty_sweeps_and_one_report(
    timetable: Timetable, now: list[float], calls: list[tuple[str, bytes]]
) -> None:
    for _ in range(60):
        now[0] += 60
        timetable.run_due()

    assert [name for name, _ in calls].count("sweep") == 60
    assert [name for name, _ in calls].count("report") == 1


def test_a_machine_that_slept_is_not_punished_with_every_missed_call(
    timetable: Timetable, now: list[float], calls: list[tuple[str, bytes]]
) -> None:
    now[0] += 3000

    timetable.run_due()
    timetable.run_due()

    assert [name for name, _ in calls] == ["sweep", "sweep"]


def test_a_ticker_stops_while_it_waits(timetable: Timetable, calls: list[tuple[str, bytes]]) -> None:
    ticker = Ticker(timetable)
    ticker.start()

    ticker.stop()

    assert calls == []
