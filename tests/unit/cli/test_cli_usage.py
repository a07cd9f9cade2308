"""Exit codes, and one sentence for each thing that is wrong."""

import json

import pytest

from workbench.cli import exit_code, roughcut
from workbench.operations import route

UP = ("up", "--port", "0", "--aws-port", "0", "--parameter")


@pytest.mark.contract("cli.help")
def test_help_lists_the_commands_that_work_and_no_others(capsys):
    assert exit_code(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "] == sorted(
        [
            *(
                "run",
                "up",
                "submit",
                "quote",
                "status",
                "list",
                "stats",
                "process",
                "cancel",
                "retry",
                "history",
                "logs",
                "upload",
                "links",
            ),
            *("edit", "empty", "doctor", "completion"),
        ]
    )


@pytest.mark.contract("cli.json")
@pytest.mark.parametrize("command", roughcut.commands)
def test_every_command_has_json(command):
    assert "--json" in {option for parameter in roughcut.commands[command].params for option in parameter.opts}


@pytest.mark.contract("cli.exit-codes")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["run"], 2, "give at least one CLIP or one --slide."),
        (["run", "gone.mp4"], 1, "gone.mp4 does not exist."),
        (["run", "--slide", "gone.png"], 1, "--slide gone.png: there is no such image."),
        (["run", "--type", "films", "--slide", "x"], 2, "Invalid value for '--type': 'films' is not one of"),
        (["run", "--slide", "x", "--resolution", "700p"], 2, "Invalid value for '--resolution': '700p' is not one of"),
        (["run", "--slide", "x", "--priority", "7"], 2, "Invalid value for '--priority': '7' is not one of"),
        (["status"], 2, "Missing argument 'SESSION_ID'."),
        (["status", "abc", "--endpoint", "nowhere"], 1, "--endpoint is 'nowhere'; it must be an address"),
        (["process", "--max-jobs", "0"], 2, "Invalid value for '--max-jobs': 0 is not in the range"),
        (["cancel", "abc"], 2, "Missing argument 'JOB_ID'."),
        (["cancel", "abc", "J1", "--from-start"], 2, "No such option"),
        (["retry"], 2, "Missing argument 'SESSION_ID'."),
        (["retry", "abc", "J1", "--endpoint", "nowhere"], 1, "--endpoint is 'nowhere'; it must be an address"),
        (["list", "--status", "running"], 2, "Invalid value for '--status': 'running' is not one of"),
        (["list", "--type", "films"], 2, "Invalid value for '--type': 'films' is not one of"),
        (["list", "--limit", "0"], 2, "Invalid value for '--limit': 0 is not in the range"),
        (["list", "--limit", "201"], 2, "Invalid value for '--limit': 201 is not in the range"),
        (["list", "abc"], 2, "Got unexpected extra argument (abc)"),
        (["status", "abc", "--watch"], 2, "--watch follows one job: name its JOB_ID."),
        (["stats", "--endpoint", "http://127.0.0.1:1", "--function", "f"], 2, "--endpoint and --function are two ways"),
        (["run", "--edit", "gone.json"], 1, "the Edit gone.json cannot be read: No such file or directory."),
        (["run", "--edit", "gone.json", "--slide", "x"], 2, "--edit is a whole film: it takes no --slide"),
        (["completion", "tcsh"], 2, "Invalid value for '{bash|zsh|fish}': 'tcsh' is not one of"),
        (["films"], 2, "No such command 'films'."),
        (["up", "--date", "x"], 2, "No such option"),
        (
            ["up", "--parameter", "JobTopic"],
            2,
            "Invalid value for '--parameter': 'JobTopic' is not NAME=VALUE, such as",
        ),
        ([*UP, "JobTopics=true"], 1, "The template has no parameter JobTopics; it has AccessLogBucketName,"),
        ([*UP, "JobTopic=yes"], 1, "The parameter JobTopic is 'yes'. true or false."),
    ],
)
def test_what_is_wrong_is_one_line_on_stderr(arguments, code, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert exit_code(arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"roughcut: {sentence}") and captured.err.count("\n") == 1


def test_a_missing_ffmpeg_is_said_before_anything_starts(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUGHCUT_FFMPEG", str(tmp_path / "no-ffmpeg"))
    assert exit_code(["run", "--slide", "Hello"]) == 1
    assert "ROUGHCUT_FFMPEG is" in capsys.readouterr().err


def test_doctor_fails_with_the_cure_when_ffmpeg_is_missing(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("ROUGHCUT_FFMPEG", str(tmp_path / "no-ffmpeg"))
    assert exit_code(["doctor", "--json", "--endpoint", "ftp://x"]) == 1
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["ffmpeg"]["state"] == "fail" and "unset it" in findings["ffmpeg"]["advice"]
    assert findings["python"]["state"] == "ok"


@pytest.mark.contract("cli.operations")
@pytest.mark.parametrize(
    ("request_", "method", "path"),
    [
        ({"operation": "submit", "session_id": "abc"}, "POST", "/jobs"),
        ({"operation": "status", "session_id": "abc"}, "GET", "/sessions/abc"),
        ({"operation": "status", "session_id": "a/b?", "job_id": "J 1"}, "GET", "/sessions/a%2Fb%3F/jobs/J%201"),
        ({"operation": "cancel", "session_id": "abc", "job_id": "J1"}, "POST", "/sessions/abc/jobs/J1/cancel"),
        ({"operation": "retry", "session_id": "a/b?", "job_id": "J 1"}, "POST", "/sessions/a%2Fb%3F/jobs/J%201/retry"),
        ({"operation": "list"}, "GET", "/jobs"),
        ({"operation": "list", "limit": 2, "cursor": "W10=&"}, "GET", "/jobs?limit=2&cursor=W10%3D%26"),
        ({"operation": "stats"}, "GET", "/stats"),
        ({"operation": "process", "max_jobs": 2}, "POST", "/process"),
        ({"operation": "quote", "session_id": "s", "payload": {}}, "POST", "/quote"),
    ],
)
def test_each_operation_has_its_route(request_, method, path):
    assert route(request_)[:2] == (method, path)


def test_what_the_path_does_not_say_the_body_says():
    assert route({"operation": "retry", "session_id": "abc", "job_id": "J1", "from": "start"})[2] == {"from": "start"}
    assert route({"operation": "cancel", "session_id": "abc", "job_id": "J1"})[2] == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\nb\x1b[31m.mp4", "roughcut: a\\nb\\x1b[31m.mp4 does not exist.\n"),
        ("x" * 256, f"roughcut: File name too long: {'x' * 256}.\n"),
    ],
)
def test_a_files_name_does_not_break_the_sentence(capsys, monkeypatch, tmp_path, name, said):
    monkeypatch.chdir(tmp_path)
    assert exit_code(["upload", "--session", "abc", name]) == 1
    assert capsys.readouterr().err == said
