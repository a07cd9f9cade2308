"""What the stack is to a program that starts it."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from tests.embedded.small import TEMPLATE
from tests.embedded.waiting import until
from workbench.embedded.faults import FunctionFailed, StackError
from workbench.embedded.running import Stack

ROOT = Path(__file__).parents[3]


def test_a_function_is_invoked_by_its_name(stack: Stack) -> None:
    assert stack.invoke("echo", {"n": 1})["event"] == {"n": 1}


def test_an_error_of_a_function_is_raised_with_its_class_name(stack: Stack) -> None:
    with pytest.raises(FunctionFailed, match="EncodeFailed: the encoder said no") as failure:
        stack.invoke("actor", {"do": "raise"})

    assert (failure.value.error_type, failure.value.message) == ("EncodeFailed", "the encoder said no")


def test_functions_get_the_templates_variables_resolved_and_as_text(stack: Stack) -> None:
    environment = stack.invoke("echo", {})["environment"]

    assert (environment["TABLE_NAME"], environment["ATTEMPTS"], environment["FLAG"]) == ("Seen", "3", "true")


def test_the_callers_variables_override_those_that_the_template_has(stack: Stack) -> None:
    environment = stack.invoke("echo", {})["environment"]

    assert environment["GREETING"] == "good day"
    assert environment["ROUGHCUT_MARK"] == "ours"
    assert "NOT_IN_THE_TEMPLATE" not in environment


def test_a_worker_reaches_the_stacks_own_services(stack: Stack) -> None:
    stack.invoke("actor", {"do": "note", "id": "by a worker"})

    assert stack.client("dynamodb").get_item(TableName="Seen", Key={"id": {"S": "by a worker"}})["Item"]


@pytest.mark.like_aws("Step Functions", "Catch matches the class name of a handler's exception")
def test_an_error_keeps_its_class_name_in_a_state_machine(stack: Stack) -> None:
    states = stack.client("stepfunctions")
    started = states.start_execution(stateMachineArn=stack.outputs["MachineArn"], input='{"do": "raise"}')
    execution = started["executionArn"]

    until(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")

    assert states.describe_execution(executionArn=execution)["output"] == '"caught by its class name"'


@pytest.mark.like_aws("Step Functions", "Runtime.ExitError is a name that a machine can catch")
def test_a_killed_worker_is_an_exit_error_in_a_state_machine(stack: Stack, tmp_path: Path) -> None:
    states = stack.client("stepfunctions")
    started = states.start_execution(stateMachineArn=stack.outputs["MachineArn"], input='{"do": "leave"}')
    execution = started["executionArn"]

    until(lambda: states.describe_execution(executionArn=execution)["status"] == "FAILED")

    assert states.describe_execution(executionArn=execution)["error"] == "Runtime.ExitError"


def test_what_functions_print_reaches_the_owner_of_the_stack(stack: Stack, log: list[tuple[str, str]]) -> None:
    stack.invoke("actor", {"do": "print", "line": "seen from outside\n"})

    assert until(lambda: ("actor", "seen from outside") in log)


def test_a_warmed_stack_starts_no_worker_for_a_first_call(stack: Stack) -> None:
    stack.warm()
    started = {process.pid for process in psutil.Process().children()}

    assert stack.invoke("echo", {})["pid"] in started


def test_clients_are_shared(stack: Stack) -> None:
    assert stack.client("s3") is stack.client("s3")


def test_a_process_has_one_stack_at_a_time(stack: Stack) -> None:
    with pytest.raises(StackError, match="already"), Stack(TEMPLATE):
        pass

    assert stack.invoke("echo", {"still": "there"})["event"] == {"still": "there"}


def test_two_processes_can_have_a_stack_each(stack: Stack) -> None:
    assert run_alone("""
        with Stack(TEMPLATE) as other:
            sqs = other.client("sqs")
            sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="plain")["QueueUrl"], MessageBody="theirs")
            print(other.invoke("echo", {"n": 2})["event"]["n"])
    """) == ["2"]

    url = stack.client("sqs").get_queue_url(QueueName="plain")["QueueUrl"]
    assert "Messages" not in stack.client("sqs").receive_message(QueueUrl=url)


def test_a_port_that_is_taken_is_named_with_who_holds_it(stack: Stack) -> None:
    port = stack.aws_url.rpartition(":")[2]

    (sentence,) = run_alone(f"""
        try:
            Stack(TEMPLATE, aws_port={port}).start()
        except PortTaken as problem:
            print(problem)
    """)

    holder = f"{psutil.Process().name()} (pid {os.getpid()})"
    assert sentence.startswith(f"Port {port} for the AWS endpoint is taken by {holder}. ")


def test_nothing_of_a_closed_stack_is_left(tmp_path: Path) -> None:
    note = tmp_path / "pids"

    lines = run_alone(f"""
        with Stack(TEMPLATE) as stack:
            states = stack.client("stepfunctions")
            arn = stack.outputs["MachineArn"]
            busy = states.start_execution(stateMachineArn=arn, input=json.dumps({{"do": "wait"}}))
            stack.client("lambda").invoke(FunctionName="single", InvocationType="Event",
                                          Payload=json.dumps({{"do": "child", "note": {str(note)!r}, "then": "wait"}}))
            until(lambda: Path({str(note)!r}).exists())
        stack.close()
        print(until(lambda: [thread.name for thread in threading.enumerate()] == ["MainThread"]))
        print(psutil.Process().children(recursive=True))
        with Stack(TEMPLATE) as again:
            print(again.client("stepfunctions").list_executions(stateMachineArn=again.outputs["MachineArn"])["executions"])
    """)

    assert lines == ["True", "[]", "[]"]


def test_what_only_creating_a_stack_finds_wrong_is_one_sentence_too(tmp_path: Path) -> None:
    lines = run_alone(f"""
        from tests.embedded.small import edited
        schema = "KeySchema: [{{ AttributeName: "
        for edit in (("rate(1 day)", "cron(0 1 * * MON *)"), (schema + "id", schema + "other")):
            try:
                Stack(edited(Path({str(tmp_path)!r}), *edit)).start()
            except TemplateRefused as problem:
                print(problem)
        assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
    """)

    assert len(lines) == 2
    assert "only rate(1 minute) and the like run here" in lines[0]
    assert lines[1].startswith("CloudFormation cannot create the template")


def run_alone(script: str) -> list[str]:
    """The lines that a script prints in a process of its own, where it may have a stack of its own."""
    names = (
        "import json, threading\nimport psutil\nfrom pathlib import Path\nfrom tests.embedded.small import TEMPLATE\n"
    )
    ours = "from tests.embedded.waiting import until\nfrom workbench.embedded.running import Stack\n"
    faults = "from workbench.embedded.faults import PortTaken, TemplateRefused\n"
    program = names + ours + faults + textwrap.dedent(script)
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
