"""docs/model/dispatch.pml: its laws hold in every state, each guard is needed, and its statuses are the code's."""

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from roughcut.jobs.status import TRANSITIONS, Status
from tests.model.checker import Verdict, check, removable_guards, statuses

pytestmark = [pytest.mark.program("spin"), pytest.mark.program("gcc")]

# Every state of these is searched; faults without end.
SAFE = {
    "two dispatchers": "ATTEMPTS=2 DISPATCHERS=2 INTERRUPTS",
    "two reconcilers": "ATTEMPTS=2 RECONCILERS=2 INTERRUPTS",
    "two clients, poison": "ATTEMPTS=2 CLIENTS=2 TRIES=1 INTERRUPTS",
    "two jobs, one slot": "JOBS=2 DISPATCHERS=2 CALLS=1",
    "two jobs of two attempts": "JOBS=2 ATTEMPTS=2 CALLS=1",
    "MAX 1, 0, 1": "JOBS=2 PAUSE CALLS=0",
    "a stranger's execution": "ATTEMPTS=2 STRANGER",
}
# With so many faults and no more, whatever they were: all jobs end and the counter is 0.
LIVE = {
    "one job, two attempts": "BUDGET=2 ATTEMPTS=2 INTERRUPTS HANGS CALLS=1",
    "two jobs, one slot": "BUDGET=1 JOBS=2 HANGS CALLS=0",
    "MAX 1, 0, 1": "BUDGET=1 JOBS=1 PAUSE HANGS CALLS=1",
}
# Each guard, taken away under the configuration whose events it is there for.
MUTANTS = {
    "WITHOUT_ROW_ABSENT_AT_SUBMIT": SAFE["two dispatchers"],
    "WITHOUT_STATUS_AT_CLAIM": SAFE["two dispatchers"],
    "WITHOUT_ATTEMPT_AT_CLAIM": SAFE["two dispatchers"],
    "WITHOUT_SLOT_BOUND": SAFE["two jobs, one slot"],
    "WITHOUT_SMALLER_IN_SLOT_BOUND": SAFE["MAX 1, 0, 1"],
    "WITHOUT_LIMIT_AT_CLAIM": SAFE["MAX 1, 0, 1"],
    "WITHOUT_STATUS_AT_MOVE": SAFE["two reconcilers"],
    "WITHOUT_ATTEMPT_AT_MOVE": SAFE["two reconcilers"],
    "WITHOUT_EXECUTION_NAME": SAFE["two dispatchers"],
    "WITHOUT_STATUS_AT_BEGIN": SAFE["two dispatchers"],
    "WITHOUT_ATTEMPT_AT_BEGIN": SAFE["two dispatchers"],
    "WITHOUT_EXECUTION_AT_BEGIN": SAFE["a stranger's execution"],
    "WITHOUT_REPEAT_AT_BEGIN": SAFE["two dispatchers"],
    "WITHOUT_STATUS_AT_PUBLISH": SAFE["two dispatchers"],
    "WITHOUT_EXECUTION_AT_PUBLISH": SAFE["a stranger's execution"],
    "WITHOUT_REPEAT_AT_PUBLISH": SAFE["two dispatchers"],
    "WITHOUT_SEEN_CLOSED": SAFE["two dispatchers"],
    "WITHOUT_DOUBT_ABOUT_MISSING": SAFE["two dispatchers"],
    "WITHOUT_PASSED_AT_CANCEL": SAFE["two dispatchers"],
    "WITHOUT_TOO_LATE_AT_CANCEL": SAFE["two dispatchers"],
    "WITHOUT_NEXT_ATTEMPT": SAFE["two dispatchers"],
    "WITHOUT_SWEEP": LIVE["one job, two attempts"],
    "WITHOUT_DRAIN_IN_SWEEP": LIVE["one job, two attempts"],
    "WITHOUT_SECOND_START": LIVE["one job, two attempts"],
    "WITHOUT_STOP_AT_CANCEL": LIVE["one job, two attempts"],
    "WITHOUT_DEADLINE": LIVE["one job, two attempts"],
}
# Implied by another guard: `execution = :me`, because an execution's name bears the attempt. A second line.
IMPLIED = {"WITHOUT_ATTEMPT_AT_PUBLISH": SAFE["a stranger's execution"]}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> Iterator[dict[tuple[str, str], "Future[Verdict]"]]:
    """All searches, two at a time, the longest first."""
    folder = tmp_path_factory.mktemp("model")
    runs = {("live", name): (configuration, True) for name, configuration in LIVE.items()}
    runs |= {("safe", name): (f"{configuration} RECORD", True) for name, configuration in SAFE.items()}
    runs |= {("mutant", name): (f"{configuration} {name}", False) for name, configuration in MUTANTS.items()}
    runs |= {("implied", name): (f"{configuration} {name}", True) for name, configuration in IMPLIED.items()}
    with ThreadPoolExecutor(2) as pool:
        yield {
            key: pool.submit(check, folder / str(number), configuration, keep_searching=whole)
            for number, (key, (configuration, whole)) in enumerate(runs.items())
        }


@pytest.mark.parametrize("name", SAFE)
def test_every_law_holds_in_every_state(name, verdicts):
    verdict = verdicts["safe", name].result()
    assert verdict.broken == "" and verdict.states > 100_000


@pytest.mark.parametrize("name", LIVE)
def test_once_faults_stop_every_job_ends_and_gives_its_slot_back(name, verdicts):
    verdict = verdicts["live", name].result()
    assert verdict.broken == "" and verdict.states > 10_000


@pytest.mark.parametrize("guard", MUTANTS)
def test_no_guard_can_be_missed(guard, verdicts):
    assert verdicts["mutant", guard].result().broken


@pytest.mark.parametrize("guard", IMPLIED)
def test_a_guard_that_another_one_implies_can_be_missed(guard, verdicts):
    assert verdicts["implied", guard].result().broken == ""


def test_each_guard_of_the_model_is_taken_away_once():
    assert removable_guards() == {*MUTANTS, *IMPLIED}


def test_the_model_has_the_statuses_of_the_code():
    assert set(statuses()) - {"", "NEW"} == {status.value for status in Status}


def test_the_model_takes_every_transition_of_the_code_and_no_other(verdicts):
    taken = set().union(*(verdicts["safe", name].result().taken for name in SAFE))
    repeated = {("RUNNING", "RUNNING"), ("FINISHING", "FINISHING")}  # a gate's write, made again after a lost answer
    assert taken - repeated - {("NEW", "QUEUED")} == {(f.value, t.value) for f, row in TRANSITIONS.items() for t in row}


def test_the_figures_are_printed(verdicts, capsys):
    lines = [_line(kind, name, future.result()) for (kind, name), future in verdicts.items()]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", f"{'formal model':46} {'states':>10}  seconds  found", *lines, ""]))
    assert len(lines) == len(SAFE) + len(LIVE) + len(MUTANTS) + len(IMPLIED)


def _line(kind: str, name: str, verdict: Verdict) -> str:
    return f"{f'{kind}: {name}':46} {verdict.states:10,}  {verdict.seconds:7.2f}  {verdict.broken or 'all laws hold'}"
