"""--strict-iam: functions and state machines may what their roles say, and whoever else calls may everything."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.embedded.small import FUNCTIONS
from tests.embedded.waiting import until
from workbench.embedded.access.guard import Guard
from workbench.embedded.access.keys import Keyring
from workbench.embedded.access.polling import require_polling
from workbench.embedded.clients import Clients
from workbench.embedded.deployment import Deployment
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.pollers import EventSource
from workbench.embedded.running import Stack
from workbench.embedded.workers.function import Function

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/Seen"


@pytest.fixture(scope="module")
def worker(stack: Stack) -> dict[str, str]:
    """The environment of a worker, whose role may note what it has seen and nothing else."""
    variables: dict[str, str] = stack.invoke("actor", {"do": "environment"})
    return variables


@pytest.fixture(scope="module")
def as_worker(stack: Stack, worker: dict[str, str]) -> Clients:
    """The SDK with the worker's own key."""
    return Clients(stack.aws_url, credentials=worker)


def refused(call: Any, **params: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as refusal:
        call(**params)
    error = refusal.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.like_aws(
    "Lambda", "A function has an access key of its role, with a session token", differs="renewed every few hours"
)
def test_a_worker_has_a_key_of_its_functions_role_with_a_session(stack: Stack, worker: dict[str, str]) -> None:
    assert worker["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert worker["AWS_SESSION_TOKEN"]
    assert worker["AWS_ACCESS_KEY_ID"] != stack.invoke("echo", {})["environment"]["AWS_ACCESS_KEY_ID"]


def test_what_the_role_may_is_done(as_worker: Clients) -> None:
    values = {":n": {"N": "1"}}

    written = as_worker.get("dynamodb").update_item(
        TableName="Seen",
        Key={"id": {"S": "by a role"}},
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues=values,
        ReturnValues="UPDATED_NEW",
    )

    assert written["Attributes"]["n"] == {"N": "1"}


DENIED = [
    ("dynamodb", "get_item", {"TableName": "Seen", "Key": {"id": {"S": "x"}}}, "dynamodb:GetItem", TABLE, 400),
    (
        "dynamodb",
        "update_item",
        {"TableName": "Other", "Key": {"id": {"S": "x"}}},
        "dynamodb:UpdateItem",
        TABLE.replace("Seen", "Other"),
        400,
    ),
    ("sqs", "list_queues", {}, "sqs:ListQueues", "*", 400),
    ("sqs", "send_message", {"QueueUrl": "http://q/1/plain", "MessageBody": "x"}, "sqs:SendMessage",
     "arn:aws:sqs:us-east-1:123456789012:plain", 400),
    ("s3", "put_object", {"Bucket": "small-media", "Key": "a/b", "Body": b"x"}, "s3:PutObject",
     "arn:aws:s3:::small-media/a/b", 403),
    ("s3", "get_object", {"Bucket": "small-media", "Key": "a/b"}, "s3:GetObject", "arn:aws:s3:::small-media/a/b", 403),
    ("s3", "upload_part",
     {"Bucket": "small-media", "Key": "a", "PartNumber": 1, "UploadId": "u", "Body": b"x"},
     "s3:PutObject", "arn:aws:s3:::small-media/a", 403),
    ("s3", "copy_object", {"Bucket": "small-media", "Key": "a", "CopySource": "small-media/b"},
     "s3:PutObject", "arn:aws:s3:::small-media/a", 403),
    ("s3", "list_objects_v2", {"Bucket": "small-media"}, "s3:ListBucket", "arn:aws:s3:::small-media", 403),
    ("s3", "delete_objects", {"Bucket": "small-media", "Delete": {"Objects": [{"Key": "z"}]}},
     "s3:DeleteObject", "arn:aws:s3:::small-media/z", 403),
    ("lambda", "invoke", {"FunctionName": "echo"}, "lambda:InvokeFunction",
     "arn:aws:lambda:us-east-1:123456789012:function:echo", 403),
    ("stepfunctions", "start_execution",
     {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:small-machine"},
     "states:StartExecution", "arn:aws:states:us-east-1:123456789012:stateMachine:small-machine", 400),
    ("events", "put_events", {"Entries": [{"Source": "a", "DetailType": "b", "Detail": "{}"}]},
     "events:PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/default", 400),
    ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m"},
     "sns:Publish", "arn:aws:sns:us-east-1:123456789012:t", 403),
]  # fmt: skip


@pytest.mark.like_aws(
    "IAM",
    "What no policy of the role allows is denied, in the form of each service's protocol",
    differs="always; here with --strict-iam (docs/iam.md)",
)
@pytest.mark.parametrize(
    ("service", "method", "params", "action", "resource", "status"), DENIED, ids=[each[3] + each[1] for each in DENIED]
)
def test_all_else_is_denied_in_awss_words(
    as_worker: Clients, service: str, method: str, params: Any, action: str, resource: str, status: int
) -> None:
    code, sentence, answered = refused(getattr(as_worker.get(service), method), **params)

    assert code == ("AccessDenied" if service in ("s3", "sqs", "sns") else "AccessDeniedException")
    assert answered == status
    assert sentence.startswith("User: arn:aws:sts::123456789012:assumed-role/roughcut-ActorFunctionRole-")
    assert sentence.endswith(
        f"/actor is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def test_every_entry_of_a_transaction_needs_its_permission(as_worker: Clients) -> None:
    update = {"TableName": "Seen", "Key": {"id": {"S": "t"}}, "UpdateExpression": "REMOVE n"}
    put = {"TableName": "Seen", "Item": {"id": {"S": "u"}}}
    write = as_worker.get("dynamodb").transact_write_items

    write(TransactItems=[{"Update": update}])
    _, sentence, _ = refused(write, TransactItems=[{"Update": update}, {"Put": put}])

    assert "dynamodb:PutItem" in sentence


def test_what_nobody_here_has_a_key_for_is_the_owners(stack: Stack) -> None:
    session = boto3.Session("any", "any", region_name="us-east-1")

    assert session.client("sqs", endpoint_url=stack.aws_url).list_queues()["QueueUrls"]


@pytest.mark.parametrize("service", ["sqs", "s3", "lambda"])
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "other"}, "SignatureDoesNotMatch"),
        ({"AWS_SESSION_TOKEN": "x"}, "InvalidClientTokenId"),
    ],
)
def test_a_key_of_a_role_is_good_with_its_secret_and_its_token_only(
    stack: Stack, worker: dict[str, str], service: str, wrong: dict[str, str], code: str
) -> None:
    client = Clients(stack.aws_url, credentials={**worker, **wrong}).get(service)
    call = {"sqs": "list_queues", "s3": "list_buckets", "lambda": "list_functions"}[service]

    assert refused(getattr(client, call))[0] == code


@pytest.mark.like_aws("IAM", "A state machine may what its own role may", differs="always; here with --strict-iam")
def test_a_state_machine_may_what_its_own_role_may(stack: Stack) -> None:
    states = stack.client("stepfunctions")
    role = states.describe_state_machine(stateMachineArn=stack.outputs["MachineArn"])["roleArn"]
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    definition = {"StartAt": "Echo", "States": {"Echo": {**task, "Parameters": {"FunctionName": "echo"}}}}
    machine = states.create_state_machine(name="overreaching", definition=json.dumps(definition), roleArn=role)

    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]

    def look() -> Any:
        seen = states.describe_execution(executionArn=execution)
        return seen if seen["status"] != "RUNNING" else None

    ended = until(look)
    assert (ended["status"], ended["error"]) == ("FAILED", "Lambda.AccessDeniedException")
    assert "is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda" in ended["cause"]


@pytest.mark.like_aws(
    "S3",
    "A missing object is AccessDenied to a role that may not list the bucket",
    differs="always; here with --strict-iam",
)
def test_a_missing_object_is_a_forbidden_one_to_who_may_not_list_the_bucket(stack: Stack) -> None:
    def key(session: str, *actions: str) -> Clients:
        role = f"reader-{session}"
        statement = [
            {
                "Effect": "Allow",
                "Action": action,
                "Resource": ["arn:aws:s3:::small-media", "arn:aws:s3:::small-media/*"],
            }
            for action in actions
        ]
        iam = stack.client("iam")
        iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=document)
        return Clients(stack.aws_url, credentials=stack.credentials_of(f"arn:aws:iam::123456789012:role/{role}"))

    reads = key("blind", "s3:GetObject").get("s3").get_object
    lists = key("seeing", "s3:Get*", "s3:ListBucket").get("s3").get_object

    assert refused(reads, Bucket="small-media", Key="nothing")[0] == "AccessDenied"
    assert refused(lists, Bucket="small-media", Key="nothing")[0] == "NoSuchKey"


@pytest.mark.like_aws(
    "Lambda",
    "A queue that the function's role may not read is no event source",
    differs="always; here with --strict-iam",
)
def test_a_queue_that_the_functions_role_may_not_read_is_no_event_source(stack: Stack) -> None:
    role = stack.client("lambda").get_function(FunctionName="actor")["Configuration"]["Role"]
    function = Function("actor", "arn", "small.act", FUNCTIONS, role=role)
    source = EventSource("arn:aws:sqs:us-east-1:123456789012:plain", "url", "actor", 10, 0, 2, True, "us-east-1")
    guard = Guard(Keyring(), Clients(stack.aws_url).model)

    with pytest.raises(TemplateRefused, match=r"role of actor does not let Lambda poll .*:plain: .*sqs:ReceiveMessage"):
        require_polling(Deployment((function,), (source,), (), (), {}, {}, {}), guard)
