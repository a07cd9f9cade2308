"""The state machine uses what the embedded interpreter runs as Step Functions does, and knows every error of ours."""

import inspect
import json
import re

import pytest

from roughcut.jobs import errors
from tests.rules.tree import machine, states

# Each of them runs in tests/machines, or is corrected in workbench/embedded/corrections.
TYPES = {"Task", "Choice", "Map", "Succeed", "Fail"}
INTRINSICS = {"Format", "JsonMerge"}
COMPARISONS = {"NumericGreaterThan", "StringEquals", "StringMatches"}
# What the interpreter does otherwise, or not at all: heartbeats, tokens, nested runs, failures of distributed maps.
REFUSED = [
    "HeartbeatSeconds",
    ".waitForTaskToken",
    ".sync",
    "DISTRIBUTED",
    "ItemBatcher",
    "ItemReader",
    "ToleratedFailure",
]

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


@pytest.mark.parametrize("feature", REFUSED)
def test_what_the_embedded_interpreter_does_otherwise_is_not_used(feature):
    assert feature not in json.dumps(machine())


def test_numbers_are_numbers_and_no_substitution_makes_them_text():
    """SAM substitutes text: a number that a parameter decides comes as a path into the plan's answer."""
    (chunks,) = (state for name, state in states() if name == "EncodeChunks")
    assert chunks["MaxConcurrencyPath"] == "$.plan.encoders"
    assert all(type(state.get("TimeoutSeconds", 0)) is int for _, state in states())
