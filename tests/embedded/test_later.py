"""Events that fail: tries, waits and dead letters, with waits of our own."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tests.embedded.waiting import until
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.later import Event, Later, next_wait
from workbench.embedded.manners import Manner, manners_of
from workbench.embedded.workers.outcome import Outcome, Throttled, UnknownFunction

FAILED = Outcome(b'{"errorType": "EncodeFailed", "errorMessage": "no frames"}', "Unhandled")
GOOD = Outcome(b"1")
Sent = list[tuple[str, str, Any]]


def event(failures: int = 0, throttles: int = 0) -> Event:
    return Event("some", b"{}", "id", 1000.0, failures, throttles)


@pytest.mark.like_aws("Lambda", "A failed Event is tried again after one and two minutes, a throttled one all its age")
@pytest.mark.parametrize(
    ("failures", "throttles", "manner", "now", "expected"),
    [
        (1, 0, Manner(), 1000.0, 60.0),
        (2, 0, Manner(), 1060.0, 120.0),
        (3, 0, Manner(), 1180.0, "RetriesExhausted"),
        (1, 0, Manner(retries=0), 1000.0, "RetriesExhausted"),
        (1, 0, Manner(age=60), 1000.0, 60.0),
        (1, 0, Manner(age=60), 1000.1, "EventAgeExceeded"),
        (0, 1, Manner(retries=0), 1000.0, 1.0),
        (0, 4, Manner(retries=0), 1007.0, 8.0),
        (1, 2, Manner(), 1100.0, 2.0),
        (0, 5000, Manner(), 1000.0, 300.0),
        (0, 8, Manner(age=200), 1127.0, "EventAgeExceeded"),
    ],
)
def test_when_an_event_is_tried_again(
    failures: int, throttles: int, manner: Manner, now: float, expected: float | str
) -> None:
    assert next_wait(event(failures, throttles), manner, now) == expected


class Running:
    """`Later` over a function that answers `outcomes`, one after the other."""

    def __init__(self, outcomes: Iterable[Outcome | Exception], **manner: Any) -> None:
        self.sent: Sent = []
        self.tried: list[tuple[str, bytes]] = []
        self._outcomes = iter(outcomes)
        self.later = Later(self._run, lambda *message: self.sent.append(message), 2, waits=(0.0, 0.0))
        self.later.manners = {"some": Manner(**manner)}

    def _run(self, name: str, payload: bytes) -> Outcome:
        self.tried.append((name, payload))
        outcome = next(self._outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


Run = Callable[..., Running]


@pytest.fixture
def run() -> Iterator[Run]:
    made: list[Running] = []

    def start(*outcomes: Outcome | Exception, **manner: Any) -> Running:
        made.append(Running(outcomes, **manner))
        made[-1].later.accept("some:3", b'{"n": 1}')
        return made[-1]

    yield start
    for each in made:
        each.later.close()


def test_what_fails_twice_and_then_runs_is_no_dead_letter(run: Run) -> None:
    running = run(FAILED, FAILED, GOOD, dead_letters="failed")

    until(lambda: len(running.tried) == 3)
    running.later.close()

    assert running.tried == [("some:3", b'{"n": 1}')] * 3
    assert running.sent == []


def test_what_fails_for_good_is_a_dead_letter_and_a_report(run: Run) -> None:
    running = run(FAILED, FAILED, FAILED, dead_letters="failed", on_failure="reported")

    until(lambda: len(running.sent) == 2)

    (queue, body, attributes), (other, report, _) = running.sent
    assert (queue, body, other) == ("failed", '{"n": 1}', "reported")
    assert {name: value["StringValue"] for name, value in attributes.items() if name != "RequestID"} == {
        "ErrorCode": "200",
        "ErrorMessage": "no frames",
    }
    told = json.loads(report)
    assert told["requestContext"]["condition"] == "RetriesExhausted"
    assert told["requestContext"]["approximateInvokeCount"] == len(running.tried) == 3
    assert told["requestContext"]["requestId"] == attributes["RequestID"]["StringValue"]
    assert (told["requestPayload"], told["responsePayload"]["errorType"]) == ({"n": 1}, "EncodeFailed")


def test_what_is_throttled_beyond_its_age_is_a_dead_letter(run: Run) -> None:
    running = run(Throttled("some"), dead_letters="failed", age=0.5)

    until(lambda: running.sent)

    assert running.sent[0][2]["ErrorCode"]["StringValue"] == "429"


def test_a_throttled_event_is_not_lost(run: Run) -> None:
    running = run(Throttled("some"), GOOD, retries=0)

    assert until(lambda: len(running.tried) == 2)


def test_an_event_for_nobody_is_dropped_once(run: Run) -> None:
    running = run(UnknownFunction("some"), dead_letters="failed")
    running.later.close()

    assert (len(running.tried) <= 1, running.sent) == (True, [])


def test_what_the_end_interrupts_is_no_dead_letter() -> None:
    begun, ending, sent = threading.Event(), threading.Event(), Sent()

    def run(_name: str, _payload: bytes) -> Outcome:
        begun.set()
        ending.wait()
        return FAILED

    later = Later(run, lambda *message: sent.append(message), 1)
    later.manners = {"some": Manner(retries=0, dead_letters="failed")}
    later.accept("some", b"{}")
    begun.wait()
    later.stop()
    ending.set()
    later.close()

    assert sent == []


def resources(**config: Any) -> dict[str, Any]:
    invoke = {"FunctionName": {"Ref": "Some"}, "Qualifier": "$LATEST", **config}
    dead = {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}}
    return {
        "Some": {"Type": "AWS::Lambda::Function", "Properties": dead},
        "Plain": {"Type": "AWS::Lambda::Function", "Properties": {}},
        "Config": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": invoke},
        "Dead": {"Type": "AWS::SQS::Queue"},
    }


NAMES = {"Some": "some", "Plain": "plain", "Dead": "http://127.0.0.1/123456789012/dead"}


def test_the_template_says_how_events_fail() -> None:
    found = manners_of(resources(MaximumRetryAttempts=1, MaximumEventAgeInSeconds=90), NAMES)

    assert found == {"some": Manner(1, 90.0, "dead", None), "plain": Manner(2, 21_600.0, None, None)}


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(TemplateRefused, match="MaximumRetryAttempts of EventInvokeConfig must be a number"):
        manners_of(resources(MaximumRetryAttempts={"Ref": "Retries"}), NAMES)


@pytest.mark.parametrize("kind", ["OnSuccess", "OnFailure"])
def test_a_destination_that_nothing_delivers_to_is_refused(kind: str) -> None:
    with pytest.raises(TemplateRefused, match=r"^Some: .* queue"):
        manners_of(resources(DestinationConfig={kind: {"Destination": {"Ref": "Topic"}}}), NAMES)
