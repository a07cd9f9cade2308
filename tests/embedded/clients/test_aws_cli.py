"""The aws CLI, version 1, as somebody would type it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.clients.conftest import BUCKET, Program, Running
from tests.shown import commands_shown

# Three parts of 8 MiB, the CLI's part size, the last one short.
MULTIPART_BYTES = 20_000_000


@pytest.fixture
def aws(aws_cli: Path, run: Program, up: Running) -> Callable[..., Any]:
    """What the command printed: JSON as a value, anything else as text."""

    def aws(*arguments: str | Path) -> Any:
        # Version 1 does not take SQS's endpoint from the environment.
        out = run(aws_cli, "--endpoint-url", up.aws, "--output", "json", *arguments).stdout
        return json.loads(out) if out.startswith(("{", "[")) else out

    return aws


def test_lambda_invoke_writes_the_answer_to_a_file(aws, tmp_path):
    told = aws("lambda", "invoke", "--function-name", "job-queue-manager", "--payload", '{"operation": "stats"}', "out")

    assert told == {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
    assert json.loads((tmp_path / "out").read_text())["data"]["max_concurrent"] == 3


def test_an_error_is_told_by_the_name_that_aws_gives_it(aws_cli, up):
    command = [aws_cli, "lambda", "invoke", "--function-name", "nobody", "--payload", "{}", "/dev/null"]

    failed = subprocess.run(command, env=up.variables, capture_output=True, text=True)

    assert failed.returncode == 255 and "(ResourceNotFoundException)" in failed.stderr


def test_the_message_that_readme_sends_becomes_a_job(aws_cli, run, up):
    shown = up.at_its_ports(commands_shown("README.md", "sqs send-message"))

    sent = json.loads(run("bash", "-euc", shown.replace("aws --endpoint", f"{aws_cli} --endpoint")).stdout)

    assert len(sent["MD5OfMessageBody"]) == 32
    assert up.ended("third")["job_type"] == "generate_slides"


def test_s3_cp_moves_20_mb_up_and_down_in_parts(aws, up, tmp_path):
    (tmp_path / "up.bin").write_bytes(bytes(range(250)) * (MULTIPART_BYTES // 250))
    address = f"s3://{BUCKET}/sessions/cli/videos/a film ü.bin"

    aws("s3", "cp", "--no-progress", "up.bin", address)
    aws("s3", "cp", "--no-progress", address, "down.bin")

    head = up.client("s3").head_object(Bucket=BUCKET, Key="sessions/cli/videos/a film ü.bin")
    assert head["ContentLength"] == MULTIPART_BYTES and head["ETag"].endswith('-3"')
    assert (tmp_path / "down.bin").read_bytes() == (tmp_path / "up.bin").read_bytes()


def test_dynamodb_query_finds_the_job(aws, done):
    values = json.dumps({":session": {"S": "done"}, ":job": {"S": done["job_id"]}})
    condition = "session_id = :session AND job_id = :job"

    found = aws(
        *("dynamodb", "query", "--table-name", "Sessions", "--key-condition-expression", condition),
        *("--expression-attribute-values", values),
    )

    (row,) = found["Items"]
    assert (found["Count"], row["job_type"], row["attempt"]) == (1, {"S": "generate_slides"}, {"N": "1"})


def test_stepfunctions_tells_of_the_jobs_execution(aws, done):
    arn = done["execution_arn"]
    machine = arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]

    listed = aws("stepfunctions", "list-executions", "--state-machine-arn", machine, "--status-filter", "SUCCEEDED")
    described = aws("stepfunctions", "describe-execution", "--execution-arn", arn)
    history = aws("stepfunctions", "get-execution-history", "--execution-arn", arn)

    assert arn in [execution["executionArn"] for execution in listed["executions"]]
    assert (described["status"], described["name"]) == ("SUCCEEDED", arn.rpartition(":")[2])
    assert json.loads(described["input"])["job"]["job_id"] == done["job_id"]
    assert [event["id"] for event in history["events"]] == list(range(1, len(history["events"]) + 1))
    assert [history["events"][at]["type"] for at in (0, -1)] == ["ExecutionStarted", "ExecutionSucceeded"]


def test_stepfunctions_stop_execution_says_who_and_why(aws, up):
    states = up.client("stepfunctions")
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    role = "arn:aws:iam::123456789012:role/any"
    machine = states.create_state_machine(name="waits", definition=json.dumps(wait), roleArn=role)
    arn = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]

    stopped = aws("stepfunctions", "stop-execution", "--execution-arn", arn, "--error", "Mine", "--cause", "by hand")

    ended = states.describe_execution(executionArn=arn)
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Mine", "by hand")
    assert stopped["stopDate"] == pytest.approx(ended["stopDate"].timestamp(), abs=0.01)
