"""The lock is all that an installation fetches: pinned, hashed, without addresses."""

import re
import tomllib

from tests.rules.tree import ROOT

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


def test_checkov_has_pins_of_its_own_with_hashes_and_without_addresses():
    lock = (ROOT / ".ci" / "checkov.txt").read_text()
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert any(entry.startswith("checkov==") for entry in entries)
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not re.findall(r"https?://|^--(?:index|extra-index|find-links)", lock, re.MULTILINE)


def test_the_code_zip_has_the_versions_that_the_tests_ran_with():
    zipped = dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", (ROOT / "functions/requirements.txt").read_text(), re.MULTILINE))
    assert zipped and zipped.items() <= PINNED.items()
