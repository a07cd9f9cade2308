"""What a request to a deployed API carries."""

import re

import pytest

from workbench.problem import Problem
from workbench.signing import credentials_for

API = "https://abc123.execute-api.eu-west-1.amazonaws.com"


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def credentials(no_credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")


def test_this_machines_api_is_asked_as_it_is():
    assert credentials_for("GET", "http://127.0.0.1:8787/stats", None, {"ROUGHCUT_TOKEN": "t"}) == {}


@pytest.mark.contract("cli.operations")
def test_a_request_over_https_is_signed_for_the_api_in_its_region(credentials):
    headers = credentials_for("POST", f"{API}/jobs", b"{}", {})

    assert re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-west-1/execute-api/aws4_request, "
        r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}",
        headers["Authorization"],
    )
    assert headers["X-Amz-Security-Token"] == "session" and re.fullmatch(r"\d{8}T\d{6}Z", headers["X-Amz-Date"])


def test_method_path_and_body_are_signed(credentials):
    asked = [("POST", "/jobs", b"{}"), ("GET", "/jobs", b"{}"), ("POST", "/job", b"{}"), ("POST", "/jobs", b"{ }")]
    signed = {credentials_for(method, API + path, body, {})["Authorization"] for method, path, body in asked}
    assert len(signed) == len(asked)


def test_a_token_is_borne_in_place_of_a_signature(no_credentials):
    assert credentials_for("GET", f"{API}/stats", None, {"ROUGHCUT_TOKEN": "t.o.k"}) == {
        "Authorization": "Bearer t.o.k"
    }


def test_without_credentials_the_cure_is_said(no_credentials):
    with pytest.raises(Problem, match=r"needs a signature, and there are no AWS credentials: log in .*ROUGHCUT_TOKEN"):
        credentials_for("GET", f"{API}/stats", None, {})


def test_a_domain_of_ones_own_needs_a_region(credentials, monkeypatch):
    with pytest.raises(Problem, match=r"https://films\.example/stats names no region: set AWS_DEFAULT_REGION"):
        credentials_for("GET", "https://films.example/stats", None, {})
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert (
        "/eu-north-1/execute-api/" in credentials_for("GET", "https://films.example/stats", None, {})["Authorization"]
    )
