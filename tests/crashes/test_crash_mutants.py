"""Dispatch made worse on purpose, in ways that only a mishap shows: the crash sweep must see each."""

from collections.abc import Callable
from itertools import takewhile
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from dispatcher import app
from roughcut.aws import effects
from roughcut.aws.executions import StepFunctionsExecutions
from roughcut.aws.job_store import DynamoJobStore, _outcome
from roughcut.dispatch import announcing, reconcile, sweep
from roughcut.dispatch.desk import Desk
from roughcut.jobs.job import JobKey
from roughcut.ports import Execution, StartRefused
from tests.crashes import gates
from tests.crashes.deeds import DEEDS
from tests.crashes.starts import STARTS
from tests.crashes.sweeping import Figures, break_everywhere

Patch = pytest.MonkeyPatch


def the_sweep_does_not_start_what_was_claimed(patch: Patch) -> None:
    patch.setattr(reconcile, "start", lambda desk, job: None)


def the_sweep_does_not_drain(patch: Patch) -> None:
    patch.setattr(sweep, "drain", lambda desk, **_: [])


def the_sweep_does_not_bring_held_jobs_back(patch: Patch) -> None:
    patch.setattr(sweep, "bring_back", lambda desk, tenant: 0)


def a_start_without_an_answer_counts_as_refused(patch: Patch) -> None:
    def start(self: Any, name: str, execution_input: str) -> None:
        try:
            self._client.start_execution(stateMachineArn=self._state_machine_arn, name=name, input=execution_input)
        except (ClientError, BotoCoreError) as error:
            raise StartRefused(str(error)) from error

    patch.setattr(StepFunctionsExecutions, "start", start)


def an_execution_that_is_not_found_counts_as_failed(patch: Patch) -> None:
    describe = StepFunctionsExecutions.describe
    lost = Execution("FAILED", "Lost")
    patch.setattr(StepFunctionsExecutions, "describe", lambda self, name: describe(self, name) or lost)


def the_slot_is_freed_after_the_row_is_written(patch: Patch) -> None:
    def move(self: Any, job: Any, to: Any) -> Any:
        row, *others = effects.transition(self._table, job, to)
        outcome = _outcome(self._commit([row]), job)
        if others:
            self._commit(others)
        return outcome

    patch.setattr(DynamoJobStore, "move", move)


def a_message_that_comes_again_is_another_request(patch: Patch) -> None:
    take_in = app.take_in

    def forgetful(desk: Desk, name: str, body: str) -> JobKey:
        board = desk.jobs.board()
        return take_in(desk, f"{name} {board.running} {sum(board.queued.values())}", body)

    patch.setattr(app, "take_in", forgetful)


def the_sweep_tells_of_nothing_that_was_left(patch: Patch) -> None:
    patch.setattr(sweep, "announce_left", lambda desk: None)


def what_is_to_be_told_is_taken_out_before_it_is_told(patch: Patch) -> None:
    tell = announcing._tell

    def hasty(desk: Desk, announcements: Any) -> None:
        desk.jobs.announced(announcements)
        tell(desk, announcements)

    patch.setattr(announcing, "_tell", hasty)


def the_begin_gate_lets_nobody_through_twice(patch: Patch) -> None:
    state = {**gates.states()["BeginJob"]}
    condition = state["Parameters"]["ConditionExpression"].replace("#status = :running AND execution = :me", "x = :me")
    parameters = {**state["Parameters"], "ConditionExpression": condition}
    patch.setitem(gates.states(), "BeginJob", {**state, "Parameters": parameters})


MUTANTS: list[tuple[Callable[[Patch], None], str]] = [
    (the_sweep_does_not_start_what_was_claimed, "doorbell"),
    (the_sweep_does_not_drain, "submit"),
    (the_sweep_does_not_bring_held_jobs_back, "end event"),
    (a_start_without_an_answer_counts_as_refused, "doorbell"),
    (an_execution_that_is_not_found_counts_as_failed, "doorbell"),
    (the_slot_is_freed_after_the_row_is_written, "end event"),
    (a_message_that_comes_again_is_another_request, "request of others"),
    (the_sweep_tells_of_nothing_that_was_left, "submit"),
    (what_is_to_be_told_is_taken_out_before_it_is_told, "submit"),
    (the_begin_gate_lets_nobody_through_twice, "gates"),
]


@pytest.mark.parametrize(("worsen", "name"), MUTANTS, ids=lambda value: getattr(value, "__name__", value))
def test_the_crash_sweep_sees(worsen: Callable[[Patch], None], name: str, monkeypatch: Patch, tell: Any) -> None:
    deed = next(deed for deed in DEEDS if deed.name == name)
    worsen(monkeypatch)
    figures = Figures()
    for start in takewhile(lambda _: not figures.failures, STARTS):
        break_everywhere(start, deed, figures)
    tell(
        f"crash sweep, {worsen.__name__}: {len(figures.failures)} of {2 * figures.points} recoveries fail, "
        f"the first: {figures.failures[:1]}"
    )
    assert figures.failures
