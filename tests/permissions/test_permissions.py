"""Roles against what was called: the functions ran on the embedded AWS, and every call they made was written down.

Nothing is missing, and nothing is granted that no run needs. What Lambda itself does in a function's name (logs,
traces, dead letters, polling) no function calls: it is read off the stack instead.
"""

import json

import pytest

from tests.permissions.recorded import RecordedStack
from tests.rules.tree import names
from workbench.embedded.access.grants import Grant
from workbench.embedded.access.needs import Need, attributes

FUNCTIONS = sorted(names("AWS::Serverless::Function", "FunctionName"))
STAGES = sorted({*FUNCTIONS} - {"job-queue-manager", "job-dispatcher"})
ACCOUNT = "us-east-1:123456789012"


def of_lambda(stack: RecordedStack, function: str) -> set[Grant]:
    """What Lambda needs the role for."""
    about = stack.client("lambda").get_function(FunctionName=function)["Configuration"]
    sources = stack.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    group = f"arn:aws:logs:{ACCOUNT}:log-group:/aws/lambda/roughcut"
    dead = f"arn:aws:sqs:{ACCOUNT}:video-jobs-dlq"
    assert about["FunctionName"] == function
    return (
        {Grant(f"logs:{action}", group) for action in ("CreateLogStream", "PutLogEvents")}
        | {Grant(f"xray:{action}", "*") for action in ("PutTraceSegments", "PutTelemetryRecords")}
        | {Grant("sqs:SendMessage", dead)}
        | {
            Grant(f"sqs:{action}", source["EventSourceArn"])
            for source in sources
            for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        }
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_all_that_it_does(stack: RecordedStack, function: str) -> None:
    grants = stack.grants(function)
    needs = stack.needs()[function]

    assert needs
    assert not [need for need in needs if not any(grant.covers(need) for grant in grants)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_no_more_than_it_does(stack: RecordedStack, function: str) -> None:
    own = stack.grants(function) - of_lambda(stack, function)
    needs = stack.needs()[function]

    assert not [grant for grant in own if not any(grant.covers(need) for need in needs)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_lambda_may_log_trace_and_poll_for_a_function(stack: RecordedStack, function: str) -> None:
    assert of_lambda(stack, function) <= stack.grants(function)


def test_the_machine_may_invoke_its_functions_and_write_its_rows_and_no_more(stack: RecordedStack) -> None:
    about = stack.client("stepfunctions").describe_state_machine(stateMachineArn=stack.outputs["StateMachineArn"])
    grants = {
        grant for grant in stack.grants_of_role(about["roleArn"]) if not grant.action.startswith(("logs:", "xray:"))
    }
    needs = list(machine_needs(json.loads(about["definition"])))

    assert needs
    assert not [need for need in needs if not any(grant.covers(need) for grant in grants)]
    assert not [grant for grant in grants if not any(grant.covers(need) for need in needs)]


def machine_needs(machine):
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            yield from machine_needs(state["ItemProcessor"])
        elif state.get("Resource", "").endswith("lambda:invoke"):
            yield Need("lambda:InvokeFunction", state["Parameters"]["FunctionName"])
        elif state["Type"] == "Task":
            parameters = state["Parameters"]
            keys = {
                "dynamodb:LeadingKeys": frozenset(["a-session"]),
                "dynamodb:Attributes": frozenset({*parameters["Key"], *attributes(parameters)}),
            }
            table = f"arn:aws:dynamodb:{ACCOUNT}:table/{parameters['TableName']}"
            yield Need("dynamodb:UpdateItem", table, keys)


@pytest.mark.parametrize("function", STAGES)
@pytest.mark.parametrize(
    ("session", "attribute"), [("films", "status"), ("films", "execution"), ("_board", "attempt"), ("_tenants", "n:x")]
)
def test_a_stage_can_write_neither_a_status_nor_a_control_item(
    stack: RecordedStack, function: str, session: str, attribute: str
) -> None:
    keys = {
        "dynamodb:LeadingKeys": frozenset([session]),
        "dynamodb:Attributes": frozenset(["session_id", "job_id", attribute]),
    }
    forged = Need("dynamodb:UpdateItem", f"arn:aws:dynamodb:{ACCOUNT}:table/Sessions", keys)

    assert not [grant for grant in stack.grants(function) if grant.covers(forged)]
