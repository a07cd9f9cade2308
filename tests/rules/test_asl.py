"""What holds for every state of the state machine."""

import inspect
import json
import re
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from statelint.config import Config
from statelint.linter import Linter
from statelint.problem import ProblemType

from roughcut.jobs import errors
from tests.rules.tree import ROOT, definition, machine, resources, states, tasks, template

ASL = ROOT / "statemachines" / "video_pipeline.asl.json"
INVOKE = "arn:aws:states:::lambda:invoke"
UPDATE = "arn:aws:states:::dynamodb:updateItem"

# Names that AWS gives its own errors, as the services' Step Functions integrations report them.
AWS_ERRORS = {
    "DynamoDB.ConditionalCheckFailedException",
    "DynamoDB.InternalServerErrorException",
    "DynamoDB.ProvisionedThroughputExceededException",
    "DynamoDB.RequestLimitExceededException",
    "DynamoDB.ThrottlingException",
    "DynamoDB.TransactionConflictException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.ALL",
    "States.Timeout",
}
MAX_ATTEMPTS = 40
FUNCTION_TIMEOUT_MARGIN = 30  # seconds by which a Task outlives its function (docs/architecture.md)

RETRIES = [(name, retry) for name, task in states() for retry in task.get("Retry", [])]


def error_names() -> set[str]:
    rules = [rule for _, state in states() for rule in [*state.get("Retry", []), *state.get("Catch", [])]]
    return {name for rule in rules for name in rule["ErrorEquals"]}


def function_timeout(task: dict[str, Any]) -> int:
    """Seconds that the template gives the function a Task invokes."""
    logical_id = task["Parameters"]["FunctionName"].split(":")[6]
    default = template()["Globals"]["Function"]["Timeout"]
    return int(resources("AWS::Serverless::Function")[logical_id].get("Timeout", default))


def test_statelint_finds_nothing():
    # BackoffRate 2 is a float to Step Functions; statelint wants it written 2.0.
    assert Linter.validate(machine(), Config({ProblemType.FLOAT})) == []


def test_the_interpreter_of_the_embedded_aws_parses_it():
    program, _ = AmazonStateLanguageParser.parse(definition())
    assert program is not None


def test_substitutions_are_neither_missing_nor_unused():
    used = set(re.findall(r"\$\{(\w+)\}", ASL.read_text()))
    (given,) = (machine["DefinitionSubstitutions"] for machine in resources("AWS::Serverless::StateMachine").values())
    assert used == set(given)


def test_the_definition_names_no_arn_of_ours():
    assert not re.findall(r"arn:aws:(?!states:::)", ASL.read_text())


@pytest.mark.parametrize(("name", "task"), tasks())
def test_every_task_has_a_literal_timeout(name, task):
    assert type(task.get("TimeoutSeconds")) is int, name


@pytest.mark.parametrize(("name", "task"), [(n, t) for n, t in tasks() if t["Resource"] == INVOKE])
def test_a_task_outlives_its_function_so_that_the_function_can_say_why_it_failed(name, task):
    assert task["TimeoutSeconds"] == function_timeout(task) + FUNCTION_TIMEOUT_MARGIN, name


@pytest.mark.parametrize(("name", "task"), tasks())
def test_every_task_invokes_a_function_or_updates_a_row(name, task):
    assert task["Resource"] in (INVOKE, UPDATE), name


@pytest.mark.parametrize(("name", "retry"), RETRIES)
def test_every_retry_names_what_time_can_mend_and_is_bounded_and_jittered(name, retry):
    assert retry["ErrorEquals"] and not {"States.ALL", "States.TaskFailed"} & set(retry["ErrorEquals"]), name
    assert 1 <= retry.get("MaxAttempts", 0) <= MAX_ATTEMPTS, name
    assert retry.get("JitterStrategy") == "FULL", name
    assert retry["IntervalSeconds"] >= 1 and retry["BackoffRate"] > 1, name


@pytest.mark.parametrize(("name", "task"), [(n, t) for n, t in tasks() if t["Resource"] == INVOKE])
def test_a_throttled_function_is_retried_for_longer_than_it_may_run(name, task):
    (throttled,) = (r for r in task["Retry"] if "Lambda.TooManyRequestsException" in r["ErrorEquals"])
    waits = [throttled["IntervalSeconds"] * throttled["BackoffRate"] ** n for n in range(throttled["MaxAttempts"])]
    # Full jitter waits half as long on average.
    assert sum(min(wait, throttled["MaxDelaySeconds"]) for wait in waits) / 2 > function_timeout(task), name


def test_every_error_name_is_one_of_ours_or_of_aws():
    ours = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert error_names() - AWS_ERRORS <= ours


def test_the_list_of_aws_errors_is_no_longer_than_it_must_be():
    unused = AWS_ERRORS - error_names() - {"Sandbox.Timedout", "States.Timeout"}
    assert not unused


@pytest.mark.parametrize(
    ("name", "state"), [(n, s) for n, s in machine()["States"].items() if s["Type"] in ("Task", "Map", "Parallel")]
)
def test_whatever_else_goes_wrong_is_caught_once_and_ends_failed(name, state):
    last = state["Catch"][-1]
    assert last["ErrorEquals"] == ["States.ALL"], name
    assert ends_reachable_from(last["Next"]) == {"Fail"}, name


def ends_reachable_from(start: str) -> set[str]:
    """The types of the states without a successor that a run can reach from the state `start`."""
    reached, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += successors(machine()["States"][name])
    return {kind for kind in (machine()["States"][name]["Type"] for name in reached) if kind in ("Fail", "Succeed")}


def successors(state: dict[str, Any]) -> list[str]:
    rules = [*state.get("Catch", []), *state.get("Choices", [])]
    return [rule["Next"] for rule in rules] + [state[key] for key in ("Next", "Default") if key in state]


def test_every_fail_state_says_under_which_name_it_ends():
    fails = [(name, state) for name, state in states() if state["Type"] == "Fail"]
    assert fails and all("Error" in state or "ErrorPath" in state for _, state in fails)


def test_no_state_is_unreachable():
    reached, waiting = set[str](), [machine()["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += successors(machine()["States"][name])
    assert reached == set(machine()["States"])


def test_every_way_in_passes_the_begin_gate_and_every_way_to_success_the_publish_gate():
    before_success = {name for name, state in machine()["States"].items() if "JobDone" in successors(state)}
    assert machine()["StartAt"] == "BeginJob"
    assert before_success == {"PublishResult"}
    assert [name for name, state in states() if state["Type"] == "Succeed"] == ["JobDone"]


def test_maps_are_inline_bounded_and_take_indices_from_the_plan():
    maps = {name: state for name, state in states() if state["Type"] == "Map"}
    assert maps
    for name, state in maps.items():
        assert state["ItemProcessor"].get("ProcessorConfig", {"Mode": "INLINE"})["Mode"] == "INLINE", name
        assert state.get("MaxConcurrencyPath") == "$.plan.encoders" or 1 <= state["MaxConcurrency"] <= 40, name


def test_it_is_jsonpath_without_variables_or_nested_executions():
    text = json.dumps(machine())
    assert machine().get("QueryLanguage", "JSONPath") == "JSONPath"
    assert not [word for word in ('"Assign"', "startExecution", '"JSONata"') if word in text]
