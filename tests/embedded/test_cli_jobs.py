"""Cancel, retry and list by the command line on the real API, table and queues; a limit of 0, so that jobs wait."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.cli import exit_code
from workbench.embedded.clients import CREDENTIALS
from workbench.embedded.running import Stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
RUNBOOK = TEMPLATE.parent / "docs/operations.md"
SESSION = "2024"  # all digits: a query must not take it for a number

Said = tuple[int, str, str]
Roughcut = Callable[..., Said]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(TEMPLATE, environment={"MAX_CONCURRENT_JOBS": "0"}) as running:
        yield running


@pytest.fixture
def roughcut(stack: Stack, capsys: pytest.CaptureFixture[str]) -> Roughcut:
    """Runs one command line: (exit code, stdout, stderr)."""

    def run(*arguments: str) -> Said:
        where = ["--aws-url", stack.aws_url] if arguments[0] == "logs" else ["--endpoint", stack.http_url]
        code = exit_code([*arguments, *where])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def job_id(roughcut: Roughcut) -> str:
    """A job that waits."""
    code, out, err = roughcut("submit", SESSION, "--type", "generate_slides", "--slide", "intro.png", "--json")
    assert code == 0, err
    return str(json.loads(out)["job_id"])


def listed(roughcut: Roughcut, *options: str) -> list[dict[str, Any]]:
    code, out, err = roughcut("list", "--json", *options)
    assert (code, err) == (0, "")
    jobs: list[dict[str, Any]] = json.loads(out)["jobs"]
    return jobs


def put_in_state(stack: Stack, job_id: str, status: str) -> None:
    """What a run would have come to: no run of ours stands still between its gates."""
    stack.client("dynamodb").update_item(
        TableName="Sessions",
        Key={"session_id": {"S": SESSION}, "job_id": {"S": job_id}},
        UpdateExpression="SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}},
    )


def test_a_job_is_cancelled_twice_retried_and_cancelled_again(roughcut: Roughcut, job_id: str) -> None:
    assert roughcut("cancel", SESSION, job_id) == (0, f"{job_id}  cancelled\n", "")
    assert roughcut("cancel", SESSION, job_id) == (0, f"{job_id}  cancelled\n", "")
    assert [job["job_id"] for job in listed(roughcut, "--status", "cancelled")][:1] == [job_id]

    code, out, err = roughcut("retry", SESSION, job_id, "--from-start")

    assert (code, err) == (0, "")
    assert out.startswith(f"{job_id}  queued, number ") and out.endswith(", attempt 2\n")
    assert [job["attempt"] for job in listed(roughcut, "--session", SESSION) if job["job_id"] == job_id] == [2]
    assert roughcut("cancel", SESSION, job_id) == (0, f"{job_id}  cancelled\n", "")


def test_a_page_goes_on_where_the_one_before_ended(roughcut: Roughcut, job_id: str) -> None:
    _, older, _ = roughcut("submit", "abc", "--type", "generate_slides", "--slide", "intro.png", "--json")
    newest = json.loads(older)["job_id"]

    code, out, err = roughcut("list", "--limit", "1", "--status", "queued", "--type", "generate_slides")
    cursor = err.split()[-1]
    following = listed(roughcut, "--limit", "1", "--status", "queued", "--type", "generate_slides", "--cursor", cursor)

    assert code == 0
    assert f"  abc  {newest}  generate_slides  queued\n" in out
    assert [job["job_id"] for job in following] == [job_id]


@pytest.mark.parametrize(
    ("status", "said"),
    [("FINISHING", "is being published"), ("SUCCEEDED", "has ended: completed"), ("FAILED", "has ended: failed")],
)
def test_what_is_published_or_over_is_not_cancelled(
    stack: Stack, roughcut: Roughcut, job_id: str, status: str, said: str
) -> None:
    put_in_state(stack, job_id, status)

    code, out, err = roughcut("cancel", SESSION, job_id)

    assert (code, out) == (1, "")
    assert err.startswith(f"roughcut: job {job_id} {said}; only a waiting or running job") and err.count("\n") == 1


@pytest.mark.parametrize(("status", "said"), [("FINISHING", "processing"), ("SUCCEEDED", "completed")])
def test_what_did_not_end_badly_is_not_retried(
    stack: Stack, roughcut: Roughcut, job_id: str, status: str, said: str
) -> None:
    put_in_state(stack, job_id, status)

    code, out, err = roughcut("retry", SESSION, job_id)

    assert (code, out) == (1, "")
    assert err.startswith(f"roughcut: job {job_id} is {said}; only a failed or cancelled job") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cancel", SESSION, "01NOSUCHJOB"], "there is no job 01NOSUCHJOB in this session. (field job_id)"),
        (["retry", SESSION, "01NOSUCHJOB"], "there is no job 01NOSUCHJOB in this session. (field job_id)"),
        (["cancel", "no session", "01J"], 'session_id is "no session": it must be 1 to 64 letters'),
        (["retry", SESSION, "no job"], 'job_id is "no job": it must be a job id as submit gave it.'),
        (["list", "--cursor", "from-nowhere"], "cursor is 'from-nowhere': it must be the cursor of an earlier page."),
        (["list", "--session", "no session"], 'session_id is "no session": it must be a session id'),
    ],
)
def test_what_is_wrong_is_one_sentence(roughcut: Roughcut, arguments: list[str], said: str) -> None:
    code, out, err = roughcut(*arguments)

    assert (code, out) == (1, "")
    assert err.startswith(f"roughcut: {said}") and err.count("\n") == 1


@pytest.mark.contract("doors.quarantine")
def test_a_message_that_is_no_job_is_found_in_the_quarantine(stack: Stack, roughcut: Roughcut) -> None:
    assert listed(roughcut, "--session", "_quarantine") == []
    event = {"messageId": "M1", "body": "hello"}
    stack.invoke("job-dispatcher", {"Records": [event]})

    (job,) = listed(roughcut, "--type", "unknown")

    assert (job["session_id"], job["job_id"], job["status"]) == ("_quarantine", "M1", "failed")


@pytest.fixture
def credentials(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables by which AWS's tools find the embedded AWS."""
    own = {"AWS_ENDPOINT_URL": stack.aws_url, "AWS_DEFAULT_REGION": "us-east-1", **CREDENTIALS}
    for name, value in own.items():
        monkeypatch.setenv(name, value)


@pytest.mark.contract("cli.operations")
def test_the_function_itself_answers_as_the_api_does(
    roughcut: Roughcut, job_id: str, credentials: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["status", SESSION, job_id, "--json", "--function", "job-queue-manager"]) == 0
    invoked = capsys.readouterr().out
    assert (0, invoked, "") == roughcut("status", SESSION, job_id, "--json")


@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        ("no-such", ["stats"], "The function 'no-such' cannot be invoked: An error occurred (ResourceNotFound"),
        ("slide-generator", ["stats"], "The function 'slide-generator' failed: "),
        ("job-queue-manager", ["cancel", SESSION, "01NOSUCHJOB"], "there is no job 01NOSUCHJOB in this session."),
    ],
)
def test_a_function_that_cannot_answer_is_one_sentence(
    credentials: None, capsys: pytest.CaptureFixture[str], function: str, arguments: list[str], said: str
) -> None:
    assert exit_code([*arguments, "--function", function]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith(f"roughcut: {said}") and captured.err.count("\n") == 1


@pytest.mark.contract("cli.wait")
def test_a_watched_job_is_followed_to_its_end(roughcut: Roughcut, job_id: str) -> None:
    roughcut("cancel", SESSION, job_id)

    code, out, err = roughcut("status", SESSION, job_id, "--watch")

    assert (code, out) == (1, f"{job_id}  generate_slides  cancelled\n")
    assert err.splitlines()[0] == "cancelled: 0 %" and f"The job {job_id} cancelled" in err.splitlines()[1]


@pytest.mark.contract("cli.doctor")
def test_doctor_looks_at_a_deployed_stack(stack: Stack, credentials: None, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(["doctor", "--json", "--stack", "roughcut", "--function", "job-queue-manager"])
    found = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert found["stack"]["state"] == "ok" and found["stack"]["found"] == "roughcut is CREATE_COMPLETE"
    assert found["stack"]["advice"] == f"use it by --endpoint {stack.http_url}"
    assert found["endpoint"]["found"].startswith("job-queue-manager: 0 processing")


def test_doctor_fails_for_a_stack_that_is_not_there(credentials: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["doctor", "--json", "--stack", "films"]) == 1
    (found,) = [finding for finding in json.loads(capsys.readouterr().out) if finding["name"] == "stack"]
    assert found["state"] == "fail" and "The stack 'films' cannot be read" in found["found"]


def test_every_roughcut_command_of_the_runbook_is_understood_by_the_api(roughcut: Roughcut, job_id: str) -> None:
    commands = set(re.findall(r"`roughcut ([^`]+)`", RUNBOOK.read_text()))
    assert {command.split()[0] for command in commands} >= {"status", "cancel", "retry", "list", "stats", "process"}
    # A retry needs a job that has ended: cancels come before it.
    for command in sorted(commands, key=lambda command: (command.startswith("retry"), command)):
        arguments = [{"SESSION": SESSION, "JOB": job_id}.get(word, word) for word in command.split()]
        code, _, err = roughcut(*arguments)
        again = command.startswith("retry") and "is queued" in err  # by the retry before it
        assert code == 0 or again, (command, err)


def test_the_lines_of_a_job_are_found_by_its_id(
    stack: Stack, roughcut: Roughcut, job_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    roughcut("cancel", SESSION, job_id)

    def look(*arguments: str) -> Said:
        code = exit_code(["logs", *arguments, "--aws-url", stack.aws_url])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    code, out, err = look(job_id, "--session", SESSION, "--json")
    assert (code, err) == (0, "")
    lines = json.loads(out)
    assert {line["line"]["job_id"] for line in lines if isinstance(line["line"], dict)} == {job_id}
    assert any(str(line["line"]).startswith("REPORT RequestId: ") for line in lines)
    assert "job-queue-manager: INFO " in look(job_id)[1]
    assert look("01KAV6Z5W0DEMJ0B0000000001")[0] == 1
    assert look(job_id, "--session", "another")[0] == 1
