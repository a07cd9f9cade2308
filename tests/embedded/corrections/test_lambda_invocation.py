import json

import pytest
from botocore.exceptions import ClientError

from tests.embedded.waiting import until
from workbench.embedded.running import Stack


def test_an_invocation_runs_the_handler_of_the_template(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName="actor", Payload=b'{"do": "return", "n": 1}')

    assert json.load(answer["Payload"]) == {"do": "return", "n": 1}
    assert "FunctionError" not in answer


@pytest.mark.like_aws("Lambda", "An exception is a FunctionError, errorType its class name")
def test_an_error_of_the_handler_is_a_function_error_by_its_class_name(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName="actor", Payload=b'{"do": "raise"}')

    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == "EncodeFailed"


@pytest.mark.like_aws("Lambda", "A payload that is no JSON is InvalidRequestContentException, and no function runs")
def test_a_payload_that_is_no_json_is_refused(stack: Stack) -> None:
    for kind in ("RequestResponse", "Event"):
        with pytest.raises(ClientError, match="Could not parse request body into json") as refused:
            stack.client("lambda").invoke(FunctionName="actor", Payload=b"{'do': 1}", InvocationType=kind)
        assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


@pytest.mark.like_aws("Lambda", "LogType Tail brings the end of the log")
def test_the_end_of_the_log_comes_with_the_answer_that_asks_for_it(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(FunctionName="actor", Payload=b'{"do": "raise"}', LogType="Tail")

    assert answer["LogResult"]


@pytest.mark.like_aws("Lambda", "An invocation of type Event answers 202 at once, and is done later")
def test_an_asynchronous_invocation_is_taken_in_and_done_later(stack: Stack) -> None:
    answer = stack.client("lambda").invoke(
        FunctionName="actor", InvocationType="Event", Payload=b'{"do": "note", "id": "asynchronous"}'
    )

    assert answer["StatusCode"] == 202
    assert answer["Payload"].read() == b""
    key = {"id": {"S": "asynchronous"}}
    assert until(lambda: stack.client("dynamodb").get_item(TableName="Seen", Key=key).get("Item"))


@pytest.mark.like_aws(
    "Lambda",
    "A function at its reserved concurrency answers TooManyRequestsException",
    differs="so does an account at its own limit",
)
def test_a_function_at_its_reserved_concurrency_answers_429(stack: Stack) -> None:
    lambdas = stack.client("lambda")
    lambdas.invoke(FunctionName="single", InvocationType="Event", Payload=b'{"do": "wait", "seconds": 2}')

    def refusal() -> ClientError | None:
        try:
            lambdas.invoke(FunctionName="single", Payload=b'{"do": "pid"}')
        except ClientError as problem:
            return problem
        return None

    error = until(refusal).response
    assert error["Error"]["Code"] == "TooManyRequestsException"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert error["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_a_function_that_somebody_else_created_has_no_code_here(stack: Stack) -> None:
    lambdas = stack.client("lambda")
    code = {"S3Bucket": "roughcut-embedded-code", "S3Key": "code.zip"}
    role = stack.client("iam").list_roles()["Roles"][0]["Arn"]
    lambdas.create_function(FunctionName="stranger", Runtime="python3.13", Role=role, Handler="a.b", Code=code)

    with pytest.raises(ClientError, match="stranger is not in the template"):
        lambdas.invoke(FunctionName="stranger")


@pytest.mark.like_aws("Lambda", "A payload over 6 MB, or over 1 MB of an Event, is refused with 413")
@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)])
def test_a_payload_that_lambda_would_not_take_is_refused(stack: Stack, kind: str, limit: int) -> None:
    with pytest.raises(ClientError, match=f"must be smaller than {limit} bytes") as refusal:
        stack.client("lambda").invoke(FunctionName="single", InvocationType=kind, Payload=b'"' + b"x" * limit + b'"')

    assert refusal.value.response["Error"]["Code"] == "RequestEntityTooLargeException"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
