"""One `roughcut up` for the clients of this folder, in a process of its own, and one job that it has done."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.embedded.waiting import until
from tests.own_environment import own_environment

BUCKET = "roughcut-media-123456789012-us-east-1"
SECONDS = 120


@dataclass(frozen=True)
class Running:
    """A running `roughcut up`."""

    http: str
    aws: str

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a client: the machine's, and how to reach the endpoint. No settings of somebody's own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        reach = {"AWS_ENDPOINT_URL": self.aws, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        files = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        return {**own, **reach, **files, "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}

    def at_its_ports(self, text: str) -> str:
        """What a page shows, with the ports that this one has instead of the defaults."""
        assert "127.0.0.1:8787" in text or "127.0.0.1:4566" in text
        return text.replace("http://127.0.0.1:8787", self.http).replace("http://127.0.0.1:4566", self.aws)

    def client(self, service: str) -> Any:
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        return session.client(service, endpoint_url=self.aws)

    def call(self, **request: Any) -> dict[str, Any]:
        answer = self.client("lambda").invoke(FunctionName="job-queue-manager", Payload=json.dumps(request))
        told: dict[str, Any] = json.load(answer["Payload"])
        return told

    def ended(self, session: str) -> dict[str, Any]:
        """The newest job of the session, once it has completed; a message becomes a job first."""

        def look() -> dict[str, Any] | None:
            told = self.call(operation="status", session_id=session)
            seen: dict[str, Any] = told.get("data") or {"status": told["error"]["code"]}
            assert seen["status"] in ("NotFound", "queued", "processing", "completed"), seen
            return seen if seen["status"] == "completed" else None

        job: dict[str, Any] = until(look, SECONDS)["jobs"][0]
        return job


@pytest.fixture(scope="package")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("up")
    with (folder / "log").open("w") as log:
        command = [Path(sys.executable).with_name("roughcut"), "up", "--port", "0", "--aws-port", "0"]
        process = subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=log)
    with process:
        try:
            ready, http, aws, address = process.stdout.readline().split()
            assert (ready, aws) == ("ready", "aws")
            yield Running(http, address)
        finally:
            process.terminate()


@pytest.fixture(scope="package")
def done(up: Running) -> dict[str, Any]:
    """A job of one slide, completed."""
    up.call(session_id="done", job_type="generate_slides", payload={"slides": ["intro.png"]})
    return up.ended("done")


Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(up: Running, tmp_path: Path) -> Program:
    """Runs a program in an empty folder, as a client of `up`; it must end well."""

    def run(*command: str | Path, cwd: Path = tmp_path) -> "subprocess.CompletedProcess[str]":
        ended = subprocess.run(command, cwd=cwd, env=up.variables, capture_output=True, text=True, timeout=SECONDS)
        assert ended.returncode == 0, ended.stderr
        return ended

    return run


@pytest.fixture(scope="session")
def aws_cli() -> Path:
    """The aws CLI in the version of .ci/aws-cli.txt."""
    return own_environment("aws-cli") / "bin/aws"
