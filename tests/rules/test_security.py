"""What a security review asks of the template: encryption, TLS, dead letters, logs, tags, and nothing public."""

import pytest

from tests.rules.tree import cloudformation, resources, template

BUCKET, TABLE, QUEUE = "AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue"
FUNCTION, MACHINE, LOGS = "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::Logs::LogGroup"
TAGS = {"project", "environment", "owner"}
KEY = {"Ref": "KmsKeyArn"}


def translated(kind):
    return resources(kind, cloudformation())


def under_key(kind, attribute):
    """(logical id, what the attribute is when the stack has a key of its own)."""
    return [(name, with_key(properties[attribute])) for name, properties in translated(kind).items()]


def with_key(value):
    assert value["Fn::If"][0] == "HasKmsKey"
    return value["Fn::If"][1]


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [(QUEUE, "KmsMasterKeyId"), (LOGS, "KmsKeyId"), (FUNCTION, "KmsKeyArn")],
    ids=["queues", "logs", "functions"],
)
def test_a_key_of_ones_own_encrypts_all_of_them(kind, attribute):
    assert under_key(kind, attribute)
    assert all(value == KEY for _, value in under_key(kind, attribute))


def test_a_key_of_ones_own_encrypts_table_and_bucket():
    ((_, table),) = under_key(TABLE, "SSESpecification")
    (bucket,) = translated(BUCKET).values()
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert table == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert with_key(rule) == {"ServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}


@pytest.mark.parametrize(
    ("kind", "policy", "of"),
    [(QUEUE, "AWS::SQS::QueuePolicy", "Queues"), (BUCKET, "AWS::S3::BucketPolicy", "Bucket")],
    ids=["queues", "bucket"],
)
def test_each_has_one_policy_and_it_refuses_what_does_not_come_by_tls(kind, policy, of):
    policies = translated(policy)
    holders = [p[of][0]["Ref"] if of == "Queues" else p[of]["Ref"] for p in policies.values()]
    assert sorted(holders) == sorted(translated(kind)), "two policies of one queue overwrite each other"
    for name, properties in policies.items():
        first = properties["PolicyDocument"]["Statement"][0]
        assert (first["Effect"], first["Principal"]) == ("Deny", "*"), name
        assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}, name


def test_policies_of_resources_let_in_only_services_and_only_for_our_own():
    """Who may come in is said by roles; what a resource's policy allows, it allows a service for one of our rules."""
    allowed = [
        statement
        for kind in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy")
        for policy in translated(kind).values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert allowed
    assert all(set(statement["Principal"]) == {"Service"} for statement in allowed)
    assert all("aws:SourceArn" in statement["Condition"]["ArnEquals"] for statement in allowed)


def test_nothing_in_the_bucket_is_public():
    (bucket,) = translated(BUCKET).values()
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_chunks_are_deleted_after_three_days_and_media_when_a_parameter_says_so():
    (bucket,) = translated(BUCKET).values()
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert (rules["chunks"]["Prefix"], rules["chunks"]["ExpirationInDays"]) == ("chunks/", 3)
    assert rules["media"]["Status"] == {"Fn::If": ["ExpiresMedia", "Enabled", "Disabled"]}
    assert rules["media"]["ExpirationInDays"]["Fn::If"][1] == {"Ref": "MediaRetentionDays"}


def test_the_table_can_be_restored_and_is_not_deleted_by_mistake():
    (table,) = translated(TABLE).values()
    protected = {"Fn::If": ["ProtectsTable", True, False]}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": protected}
    assert table["DeletionProtectionEnabled"] == protected
    assert template()["Parameters"]["ProtectTable"]["Default"] == "true"


def test_what_cannot_be_delivered_becomes_a_dead_letter():
    dead = {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    functions, rules = translated(FUNCTION), translated("AWS::Events::Rule")
    targets = [target for rule in rules.values() for target in rule["Targets"]]
    assert all(function["DeadLetterConfig"] == {"TargetArn": dead} for function in functions.values())
    assert targets and all(target["DeadLetterConfig"] == {"Arn": dead} for target in targets)
    assert all(set(target["RetryPolicy"]) == {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"} for target in targets)
    configured = [each["FunctionName"]["Ref"] for each in translated("AWS::Lambda::EventInvokeConfig").values()]
    assert sorted(configured) == sorted(functions)


def test_functions_and_machine_log_into_groups_with_a_retention_and_are_traced():
    (machine,) = translated(MACHINE).values()
    logging = machine["LoggingConfiguration"]
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in translated(LOGS).values())
    for name, function in translated(FUNCTION).items():
        assert function["LoggingConfig"]["LogGroup"] == {"Ref": "FunctionLogs"}, name
        assert function["TracingConfig"] == {"Mode": "Active"}, name
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine["TracingConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize("kind", [BUCKET, TABLE, QUEUE, FUNCTION, MACHINE, LOGS, "AWS::IAM::Role"])
def test_what_costs_or_may_do_something_is_tagged(kind):
    assert translated(kind)
    for name, properties in translated(kind).items():
        assert {tag["Key"] for tag in properties["Tags"]} >= TAGS, name
