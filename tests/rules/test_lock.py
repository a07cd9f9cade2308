"""The lock is all that an installation fetches: pinned, hashed, without addresses."""

import re
import tomllib

import pytest

from tests.rules.tree import ROOT, resources, template

LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", LOCK, re.MULTILINE))


def wanted() -> set[str]:
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return {re.split(r"[\[<>=;\s]", text)[0].lower().replace("_", "-") for text in asked}


def test_everything_the_project_depends_on_is_pinned():
    assert wanted() <= set(PINNED)


def test_every_pin_has_its_hashes():
    entries = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert entries and not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_lock_holds_no_address():
    assert not re.findall(r"https?://|^--(?:index|extra-index|find-links)", LOCK, re.MULTILINE)


@pytest.mark.parametrize(("tool", "package"), [("checkov", "checkov"), ("aws-cli", "awscli")])
def test_a_tool_has_pins_of_its_own_with_hashes_and_without_addresses(tool, package):
    lock = (ROOT / ".ci" / f"{tool}.txt").read_text()
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert any(entry.startswith(f"{package}==") for entry in entries)
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not re.findall(r"https?://|^--(?:index|extra-index|find-links)", lock, re.MULTILINE)


def test_lambda_gets_the_versions_that_the_tests_ran_with():
    """functions/Makefile and layers/ name wheels; layers/wheels.mk takes their pins and hashes from the lock."""
    makefiles = [ROOT / "functions/Makefile", *ROOT.glob("layers/*/Makefile")]
    text = "\n".join(path.read_text() for path in makefiles)
    named = re.findall(r"call wheels,([a-z -]+),", text) + re.findall(r"WHEELS := ((?:.*\\\n)*.*)", text)
    wheels = {name for group in named for name in group.replace("\\", " ").split()}
    assert len(makefiles) == 3 and {"aws-lambda-powertools", "jsonschema", "typst", "imageio-ffmpeg"} <= wheels
    assert wheels <= set(PINNED)


def test_wheels_are_for_the_templates_runtime():
    version = re.search(r"^PYTHON_VERSION := (\S+)$", (ROOT / "layers/wheels.mk").read_text(), re.MULTILINE)
    layers = [layer["CompatibleRuntimes"] for layer in resources("AWS::Serverless::LayerVersion").values()]
    runtime = template()["Globals"]["Function"]["Runtime"]
    assert version and f"python{version[1]}" == runtime and layers == [[runtime]] * 2
