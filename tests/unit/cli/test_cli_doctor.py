"""What doctor finds, check by check."""

import sys

import pytest

from workbench.diagnosis import (
    check_credentials,
    check_disk,
    check_endpoint,
    check_ffmpeg,
    check_fonts,
    check_python,
)


def test_an_old_python_fails_with_the_cure():
    finding = check_python((3, 10))
    assert (finding.state, finding.found) == ("fail", "3.10")
    assert "3.11" in finding.advice


@pytest.mark.contract("cli.doctor")
def test_this_environment_has_a_python_fonts_and_an_ffmpeg_that_do():
    states = [check_python(sys.version_info[:2]).state, check_fonts().state, check_ffmpeg(None).state]
    assert states == ["ok", "ok", "ok"]


def test_a_program_that_is_no_ffmpeg_fails(tmp_path):
    assert check_ffmpeg(str(tmp_path)).state == "fail"


@pytest.mark.parametrize(("free", "state"), [(1_999_999_999, "warn"), (2_000_000_000, "ok")])
def test_little_disk_is_a_warning(tmp_path, free, state):
    assert check_disk(tmp_path, free).state == state


def test_credentials_are_looked_for_and_not_needed(tmp_path):
    without = check_credentials({}, tmp_path)
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").touch()
    assert "no AWS credentials" in without.found
    assert "~/.aws" in check_credentials({}, tmp_path).found
    assert "environment" in check_credentials({"AWS_PROFILE": "films"}, tmp_path).found
    assert without.state == "ok"


def test_an_endpoint_that_is_none_is_a_warning():
    assert check_endpoint("nowhere").state == "warn"
