"""What `sam` reads is what the template has."""

import re
import tomllib
from typing import Any

import pytest

from tests.rules.tree import ROOT, template

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ["default", "dev", "prod"]


def overrides(environment: str) -> dict[str, str]:
    text = CONFIG[environment]["deploy"]["parameters"].get("parameter_overrides", "")
    return dict(pair.split("=", 1) for pair in text.split())


def test_there_are_three_environments_and_no_other():
    assert CONFIG["version"] == 0.1
    assert [name for name in CONFIG if name != "version"] == ENVIRONMENTS


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_says_everything_since_it_inherits_nothing(environment):
    of = {command: section["parameters"] for command, section in CONFIG[environment].items()}
    assert set(of) == {"global", "build", "validate", "deploy"}
    assert set(of["global"]) == {"stack_name", "region"}
    assert of["build"] == {"cached": True, "parallel": True} and of["validate"] == {"lint": True}
    assert of["deploy"]["resolve_s3"] is True


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_parameter_is_one_of_the_template_and_its_value_is_admitted(environment):
    for name, value in overrides(environment).items():
        declared = template()["Parameters"][name]
        assert re.fullmatch(declared.get("AllowedPattern", ".*"), value), name
        if declared["Type"] == "Number":
            assert declared.get("MinValue", 0) <= int(value) <= declared.get("MaxValue", 10**6), name
        if "AllowedValues" in declared:
            assert value in {str(allowed) for allowed in declared["AllowedValues"]}, name


def test_stacks_have_names_of_their_own():
    names = [CONFIG[environment]["global"]["parameters"]["stack_name"] for environment in ENVIRONMENTS]
    assert len(set(names)) == len(names)
    assert overrides("dev")["NamePrefix"] == "dev-"
