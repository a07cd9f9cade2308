"""The state machine uses what the embedded interpreter runs as Step Functions does, and knows every error of ours."""

import inspect
import json
import re

import pytest

from roughcut.jobs import errors
from tests.rules.tree import cloudformation, machine, resources, states, template

# Each of them runs in tests/machines, or is corrected in workbench/embedded/corrections.
TYPES = {"Task", "Choice", "Map", "Succeed", "Fail"}
INTRINSICS = {"Format", "JsonMerge"}
COMPARISONS = {"NumericGreaterThan", "StringEquals", "StringMatches"}
# What the interpreter does otherwise, or not at all, or what no test of ours has looked at.
REFUSED = [
    ".waitForTaskToken",
    ".sync",
    "DISTRIBUTED",
    "ItemBatcher",
    "ItemReader",
    "ToleratedFailure",
    ":aws-sdk:",
    "JSONata",
    "Assign",
    ":http:invoke",
    ":activity:",
]
KINDS_REFUSED = {
    "AWS::ApiGateway::RestApi",
    "AWS::Pipes::Pipe",
    "AWS::Scheduler::Schedule",
    "AWS::Serverless::Api",
    "AWS::StepFunctions::Activity",
}

# Errors that trying again does not mend: they reach the last Catch, and end the job under their own name.
FINAL = {
    "SourceMissing",
    "SourceUnreadable",
    "SourceChanged",
    "PlanTooLarge",
    "SlideFailed",
    "EncodeFailed",
    "TimedOut",
    "AttemptOver",
}


def ours():
    kinds = inspect.getmembers(errors, inspect.isclass)
    return {name for name, kind in kinds if issubclass(kind, errors.PipelineError) and kind is not errors.PipelineError}


def test_every_error_of_ours_is_retried_or_listed_as_final():
    named = {name for _, state in states() for retry in state.get("Retry", []) for name in retry["ErrorEquals"]}
    assert ours() - named == FINAL


def test_states_are_of_the_types_that_run_alike():
    assert {state["Type"] for _, state in states()} <= TYPES


def test_intrinsic_functions_are_those_that_run_alike():
    assert set(re.findall(r"States\.([A-Z]\w+)\(", json.dumps(machine()))) <= INTRINSICS


def test_choices_compare_as_both_do():
    rules = [rule for _, state in states() for rule in state.get("Choices", [])]
    assert rules
    assert {key for rule in rules for key in rule} - {"Variable", "Next"} <= COMPARISONS


@pytest.mark.unlike_aws("Step Functions", "Task tokens", "no test has looked beyond a missed heartbeat")
@pytest.mark.unlike_aws("Step Functions", "Tasks that call an SDK (aws-sdk)", "no test has looked at their errors")
@pytest.mark.unlike_aws("Step Functions", "Nested executions (.sync)", "no test has looked at them")
@pytest.mark.unlike_aws("Step Functions", "Distributed Map", "SUCCEEDED though every item failed; no tolerance")
@pytest.mark.unlike_aws("Step Functions", "JSONata and variables", "no evaluator")
@pytest.mark.unlike_aws("Step Functions", "Activities and http:invoke", "missing")
@pytest.mark.parametrize("feature", REFUSED)
def test_what_the_embedded_interpreter_does_otherwise_is_not_used(feature):
    assert feature not in json.dumps(machine())


@pytest.mark.unlike_aws("Step Functions", "EXPRESS machines", "no test has looked at them")
def test_the_machine_is_a_standard_one():
    (properties,) = resources("AWS::StepFunctions::StateMachine", cloudformation()).values()
    assert properties.get("StateMachineType", "STANDARD") == "STANDARD"


@pytest.mark.unlike_aws("Lambda", "Streams as event sources", "the function runs inside the write")
def test_functions_are_fed_by_queues_alone():
    sources = resources("AWS::Lambda::EventSourceMapping", cloudformation()).values()
    assert sources
    assert all("Queue" in source["EventSourceArn"]["Fn::GetAtt"][0] for source in sources)


@pytest.mark.unlike_aws("EventBridge", "Pipes and Scheduler", "declared and never run")
@pytest.mark.unlike_aws("REST API", "API Gateway's REST APIs", "the front serves HTTP APIs alone")
def test_the_template_has_no_kind_that_would_stay_dead():
    documents = (template(), cloudformation())
    kinds = {resource["Type"] for document in documents for resource in document["Resources"].values()}
    assert not kinds & KINDS_REFUSED


def test_numbers_are_numbers_and_no_substitution_makes_them_text():
    """SAM substitutes text: a number that a parameter decides comes as a path into the plan's answer."""
    (chunks,) = (state for name, state in states() if name == "EncodeChunks")
    assert chunks["MaxConcurrencyPath"] == "$.plan.encoders"
    assert all(type(state.get("TimeoutSeconds", 0)) is int for _, state in states())
