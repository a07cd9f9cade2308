"""The examples of the pages and of events/: those that need an account of AWS are read as its tools would read them.

What can run on a laptop is run elsewhere (tests/embedded/clients, tests/embedded/library).
"""

import json
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name

from dispatcher import app as dispatcher
from job_manager import app as job_manager
from roughcut import wiring
from roughcut.contracts import check
from roughcut.jobs.job import QUARANTINE
from roughcut.settings import Settings
from tests.answers import check_answer
from tests.fakes.desk import fake_desk
from tests.fakes.jobs import queued_job
from tests.rules.tree import ROOT, texts

FENCED = re.compile(r"^```([a-z]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [
    pytest.param(kind, block, id=f"{path.as_posix()}-{number}-{kind}")
    for path, text in texts()
    if path == Path("README.md") or (path.parts[0] == "docs" and path.suffix == ".md")
    for number, (kind, block) in enumerate(FENCED.findall(text))
]
OF_THE_CLI = {"cli-binary-format", "endpoint-url", "query", "output"}
EVENTS = sorted((ROOT / "events").rglob("*.json"))


def of(kind: str) -> list[Any]:
    return [block for block in BLOCKS if block.values[0] == kind]


def events(folder: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in EVENTS if path.parent.name == folder]


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    own = fake_desk()
    monkeypatch.setattr(wiring, "desk", lambda: own)
    monkeypatch.setattr(wiring, "settings", lambda: Settings.from_env({}))
    return own


def aws_commands(block: str) -> list[list[str]]:
    """The words after `aws` of every such command of a block, variables unexpanded."""
    lines = block.replace("\\\n", " ").splitlines()
    words = [shlex.split(line, comments=True) for line in lines if re.search(r"(^|\s)aws\s", line)]
    return [line[line.index("aws") + 1 :] for line in words if "aws" in line]


def test_every_block_is_of_a_kind_that_is_looked_at():
    assert {block.values[0] for block in BLOCKS} <= {"sh", "json", "python", "mermaid", "text", "typ"}


@pytest.mark.parametrize(("_kind", "block"), of("sh"))
def test_a_shell_block_is_one_for_bash(_kind, block):
    # <stack> stands for what the reader fills in, and would be read as a file.
    filled = re.sub(r"<([A-Za-z][A-Za-z ]*)>", "filled", block)
    ended = subprocess.run(["bash", "-n"], input=filled, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("_kind", "block"), of("sh"))
def test_an_aws_command_is_an_operation_with_its_own_options(_kind, block):
    for words in aws_commands(block):
        if words[0] == "--endpoint-url":
            words = words[2:]
        service, operation, *rest = words
        model = boto3.client(service.removesuffix("api"), region_name="us-east-1").meta.service_model
        named = {xform_name(name, "-"): name for name in model.operation_names}
        assert operation in named, f"aws {service} {operation}"
        shape = model.operation_model(named[operation]).input_shape
        members = {xform_name(name, "-") for name in shape.members}
        shown = {word.removeprefix("--") for word in rest if word.startswith("--")}
        known = members | OF_THE_CLI | {f"no-{name.removesuffix('-enabled')}-enabled" for name in members}
        assert shown <= known, f"aws {service} {operation}"
        for word in rest:
            if word.startswith("{"):
                json.loads(word)


@pytest.mark.parametrize(("_kind", "block"), of("python"))
def test_a_program_compiles(_kind, block):
    assert compile(block, "block", "exec").co_code


@pytest.mark.parametrize(("_kind", "block"), of("json"))
def test_a_document_fits_its_schema(_kind, block):
    told = json.loads(block)
    if "usd_range" in told:
        assert check(told, "quote.out") == told
    elif "detail-type" in told:
        assert told["source"] == "roughcut" and told["detail"]["status"] == told["detail-type"].split()[1].lower()
    else:
        assert check(told, "slide") == told


@pytest.mark.parametrize("path", events("invoke"))
def test_an_invocation_is_a_request_of_the_contract(path):
    answer = job_manager.handler(read(path), None)
    assert answer["success"] or answer["error"]["code"] == "NotFound", answer


@pytest.mark.parametrize("path", events("http"))
def test_an_http_event_is_answered_as_the_openapi_document_says(path):
    event = read(path)
    response = job_manager.handler(event, None)
    assert response["statusCode"] in (200, 201, 202, 404), response
    if event["routeKey"] != "GET /openapi.json":
        check_answer(event["routeKey"], response["statusCode"], json.loads(response["body"]))


@pytest.mark.parametrize("path", events("stage"))
def test_a_stages_event_fits_the_schema_of_its_state(path):
    assert check(read(path), f"{path.stem}.in")["job" if path.stem != "quote_job" else "request"]


@pytest.mark.parametrize("path", [*events("sqs"), *events("schedule")])
def test_the_dispatcher_takes_a_message_and_refuses_only_garbage(path, desk):
    event, is_garbage = read(path), path.stem == "garbage"
    if path.stem == "job":
        told = json.loads(event["Records"][0]["body"])
        desk.jobs.create(replace(queued_job(told["job_id"]), session_id=told["session_id"]), b"{}")
    answer = dispatcher.handler(event, None) or {}
    assert bool(answer.get("batchItemFailures")) == is_garbage
    assert any(key.session_id == QUARANTINE for key in desk.jobs.rows) == is_garbage


def test_every_event_is_in_a_folder_that_is_looked_at():
    assert {path.parent.name for path in EVENTS} == {"invoke", "http", "stage", "sqs", "schedule"}
