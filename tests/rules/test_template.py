"""What holds for the template: AWS would take it, and it says what the contract says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cfnlint.api import lint

from tests.rules.tree import FUNCTIONS, cloudformation, names, plain, resources, template

# cfn-lint's warnings that are right as they are, each with the reason.
EXPLAINED_WARNINGS: dict[str, str] = {"W1030": "WebhookSecret is empty only where there is no webhook to send it to"}

CONTRACT_DEFAULTS = {
    "JOB_TIMEOUT_MINUTES": "15",
    "MAX_CONCURRENT_JOBS": "3",
    "MAX_JOB_MINUTES": "240",
    "PRIORITY_AGING_MINUTES": "0",
    "TABLE_NAME": "Sessions",
}

FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"


def job_sources() -> Iterator[tuple[int, dict[str, Any]]]:
    """(timeout of the function, queue) for each queue that feeds a function."""
    default = template()["Globals"]["Function"]["Timeout"]
    for function in resources(FUNCTION).values():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = event["Properties"]["Queue"]["Fn::GetAtt"][0]
                yield function.get("Timeout", default), resources(QUEUE)[queue]


@pytest.fixture(scope="module")
def findings() -> list[Any]:
    return lint(json.dumps(cloudformation()), regions=["us-east-1"])


def test_cfn_lint_finds_no_error_in_the_translated_template(findings):
    assert not [str(finding) for finding in findings if finding.rule.severity == "error"]


def test_every_warning_of_cfn_lint_is_explained(findings):
    warned = {finding.rule.id for finding in findings if finding.rule.severity != "error"}
    assert warned == set(EXPLAINED_WARNINGS)


@pytest.mark.contract("names.resources")
def test_functions_queues_machine_and_table_have_the_names_of_the_contract():
    assert names(FUNCTION, "FunctionName") == {
        "job-queue-manager",
        "job-dispatcher",
        "slide-generator",
        "video-stitcher",
        "video-optimizer",
        "chunk-encoder",
    }
    classes = {"high", "normal", "low", "wake", "dlq"}
    assert names(QUEUE, "QueueName") == {f"video-jobs-{name}" for name in classes}
    assert names("AWS::Serverless::StateMachine", "Name") == {"video-pipeline"}
    assert names("AWS::DynamoDB::Table", "TableName") == {"Sessions"}


@pytest.mark.contract("names.environment")
def test_the_environment_has_the_contracts_names_and_defaults():
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert "MEDIA_BUCKET" in shared
    assert {name: str(plain(shared[name])) for name in CONTRACT_DEFAULTS} == CONTRACT_DEFAULTS


def test_the_job_manager_knows_one_queue_for_each_class():
    manager = resources(FUNCTION)["JobManagerFunction"]["Environment"]["Variables"]
    assert {"QUEUE_URL_HIGH", "QUEUE_URL_NORMAL", "QUEUE_URL_LOW"} <= set(manager)


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run():
    assert list(job_sources())
    assert all(queue["VisibilityTimeout"] >= 6 * timeout for timeout, queue in job_sources())


def test_a_message_is_tried_five_times_before_it_is_a_dead_letter():
    assert all(queue["RedrivePolicy"]["maxReceiveCount"] >= 5 for _, queue in job_sources())


def test_every_queue_reports_single_failures_and_wakes_two_dispatchers_at_most():
    declared = [event for function in resources(FUNCTION).values() for event in function.get("Events", {}).values()]
    events = [event["Properties"] for event in declared if event["Type"] == "SQS"]
    assert len(events) == 4
    assert all(event["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for event in events)
    assert all(event["ScalingConfig"] == {"MaximumConcurrency": 2} for event in events)


def test_the_table_has_the_indexes_of_the_design():
    (table,) = resources("AWS::DynamoDB::Table").values()
    keys = {index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]] for index in indexes(table)}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["session_id", "job_id"]
    assert keys == {
        "by_time": ["session_id", "submitted_ms"],
        "ready": ["ready_shard", "ready_order"],
        "active": ["active_shard", "check_at"],
        "recent": ["recent_shard", "recent_order"],
    }


def indexes(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [*table["LocalSecondaryIndexes"], *table["GlobalSecondaryIndexes"]]


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket"])
def test_what_holds_data_outlives_the_stack(kind):
    kept = [r for r in template()["Resources"].values() if r["Type"] == kind]
    assert kept and all(r["DeletionPolicy"] == r["UpdateReplacePolicy"] == "Retain" for r in kept)


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
def test_every_parameter_and_output_is_described(section):
    assert template()[section]
    assert not [name for name, entry in template()[section].items() if not entry.get("Description")]


def test_every_parameter_is_bounded_and_says_what_is_right():
    for name, declared in template()["Parameters"].items():
        bounds = {"MinValue", "MaxValue"} if declared["Type"] == "Number" else {"AllowedPattern"}
        assert "AllowedValues" in declared or bounds <= set(declared), name
        assert declared.get("ConstraintDescription"), name


@pytest.mark.parametrize("handler", sorted(f["Handler"] for f in resources(FUNCTION).values()))
def test_every_handler_is_there(handler):
    module, _, function = handler.rpartition(".")
    path = (FUNCTIONS / module.replace(".", "/")).with_suffix(".py")
    assert f"def {function}(" in path.read_text()


def test_the_state_machine_names_versions_that_outlive_a_deploy_and_may_invoke_every_one():
    (machine,) = resources("AWS::Serverless::StateMachine").values()
    named = {v["Ref"].removesuffix(".Version") for v in machine["DefinitionSubstitutions"].values() if "." in v["Ref"]}
    role = cloudformation()["Resources"][machine["Role"]["Fn::GetAtt"][0]]["Properties"]
    (calls,) = [policy["PolicyDocument"] for policy in role["Policies"] if policy["PolicyName"] == "calls"]
    (versions_called,) = [s["Resource"] for s in calls["Statement"] if s["Action"] == "lambda:InvokeFunction"]
    versions = [r for r in cloudformation()["Resources"].values() if r["Type"] == "AWS::Lambda::Version"]

    assert {version["Properties"]["FunctionName"]["Ref"] for version in versions} == named
    assert all(version["DeletionPolicy"] == "Retain" for version in versions)
    assert {arn["Fn::Sub"] for arn in versions_called} == {f"${{{name}.Arn}}:*" for name in named}


def test_a_change_of_a_function_or_of_its_layer_publishes_a_version():
    published = [function for function in resources(FUNCTION).values() if "AutoPublishAlias" in function]
    layers = resources("AWS::Serverless::LayerVersion").values()
    assert len(published) == 4 and all(function["AutoPublishAliasAllProperties"] is True for function in published)
    assert len(layers) == 2 and all(layer["PublishLambdaVersion"] is True for layer in layers)
