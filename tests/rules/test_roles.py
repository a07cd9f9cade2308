"""Who may do what: a role of its own for each function, exact actions, and no `*` that is not explained."""

import json
import re

import pytest

from tests.rules.tree import ROOT, cloudformation, resources

ROLE, MANAGED = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"
NOT_LIKE_AWS = [
    "states:RedriveExecution",
    "states:StartSyncExecution",
    "states:TestState",
    "sqs:StartMessageMoveTask",
]
LISTED = [
    line.split(maxsplit=2)
    for line in (ROOT / "tests" / "rules" / "wildcards.txt").read_text().splitlines()
    if not line.startswith("#")
]


def documents():
    """(logical id, policy document) of everything that is granted."""
    for name, role in resources(ROLE, cloudformation()).items():
        yield from ((name, policy["PolicyDocument"]) for policy in role.get("Policies", []))
    yield from ((name, policy["PolicyDocument"]) for name, policy in resources(MANAGED, cloudformation()).items())


def statements():
    return [(name, statement) for name, document in documents() for statement in document["Statement"]]


def listed(value):
    return value if isinstance(value, list) else [value]


def readable(resource):
    """A resource as wildcards.txt writes it: what it belongs to, and the path below."""
    text = json.dumps(resource)
    if ":execution:" in text:
        return "VideoPipeline/execution/*"
    return re.sub(r"^\$\{(\w+)\.Arn\}", r"\1", resource["Fn::Sub"]) if isinstance(resource, dict) else resource


def test_every_wildcard_is_explained_and_every_explanation_is_used():
    used = {
        (name, readable(resource))
        for name, statement in statements()
        for resource in listed(statement["Resource"])
        if "*" in json.dumps(resource)
    }
    assert {(name, resource) for name, resource, _ in LISTED} == used
    assert all(reason for *_, reason in LISTED)


@pytest.mark.parametrize(("name", "statement"), statements())
def test_grants_allow_and_name_their_actions(name, statement):
    assert statement["Effect"] == "Allow", name
    assert not [action for action in listed(statement["Action"]) if "*" in action], name
    assert not {"NotAction", "NotResource"} & set(statement), name


@pytest.mark.unlike_aws("Step Functions", "Redrives, TestState and synchronous starts", "no test has looked at them")
@pytest.mark.unlike_aws("SQS", "StartMessageMoveTask", "missing")
@pytest.mark.parametrize("action", NOT_LIKE_AWS)
def test_nobody_may_what_the_embedded_aws_does_otherwise(action):
    granted = [granted for _, statement in statements() for granted in listed(statement["Action"])]
    assert granted
    assert action not in granted


def test_every_function_has_a_role_of_its_own_and_so_have_the_machine_and_the_webhook():
    functions = resources("AWS::Lambda::Function", cloudformation())
    machines = resources("AWS::StepFunctions::StateMachine", cloudformation())
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in functions.values()]
    roles += [properties["RoleArn"]["Fn::GetAtt"][0] for properties in machines.values()]
    rules = resources("AWS::Events::Rule", cloudformation()).values()
    targets = [target for rule in rules for target in rule["Targets"]]
    roles += [target["RoleArn"]["Fn::GetAtt"][0] for target in targets if "RoleArn" in target]
    assert sorted(roles) == sorted(resources(ROLE, cloudformation()))


def test_roles_are_assumed_by_the_service_they_are_for():
    for name, role in resources(ROLE, cloudformation()).items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        service = {"VideoPipelineRole": "states", "WebhookRole": "events"}.get(name, "lambda")
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}, name
        assert statement["Action"] == "sts:AssumeRole", name


def test_no_role_has_a_policy_that_aws_wrote():
    for name, role in resources(ROLE, cloudformation()).items():
        assert all(set(policy) == {"Ref"} for policy in role.get("ManagedPolicyArns", [])), name
