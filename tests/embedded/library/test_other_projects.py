"""`from workbench.embedded import stack` in a project that only installed the wheel."""

import json
import os
import subprocess
import textwrap
import zipfile
from pathlib import Path

from tests.embedded.small import TEMPLATE
from tests.rules.tree import FUNCTIONS
from tests.shown import files_shown

SECONDS = 120

CONFTEST = """
import json, os, sys, threading
from pathlib import Path
import psutil, pytest
assert "moto" not in sys.modules
from workbench.embedded import stack
assert "moto" not in sys.modules
import workbench
BEFORE = dict(os.environ)

@pytest.fixture(scope="session")
def stack_options():
    return {"template": TEMPLATE, "environment": {"GREETING": "hello"}, "workers": 2}

def pytest_unconfigure():
    left = {
        "where": workbench.__file__,
        "processes": len(psutil.Process().children(recursive=True)),
        "threads": [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()],
        "environment": sorted({name for name, _ in set(os.environ.items()) ^ set(BEFORE.items())}),
    }
    Path("left.json").write_text(json.dumps(left))
"""

TEST = """
from urllib.parse import urlsplit

def test_the_template_is_ours(stack):
    assert stack.invoke("echo", {})["environment"]["GREETING"] == "hello"

def test_its_ports_are_not_the_defaults(stack):
    assert not {urlsplit(stack.aws_url).port, urlsplit(stack.http_url).port} & {4566, 8787}

def test_that_fails(stack):
    stack.invoke("actor", {"do": "print", "line": "what the function said"})
    assert stack.aws_url == "elsewhere"
"""


def run_pytest(python: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


def test_the_example_of_the_page_passes_side_by_side(python: Path, tmp_path: Path) -> None:
    write(tmp_path, files_shown("docs/testing.md"))

    done = run_pytest(python, tmp_path, "-n", "2")

    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout and "warning" not in done.stdout


def test_a_template_of_theirs_runs_and_leaves_nothing_behind(python: Path, tmp_path: Path) -> None:
    write(tmp_path, {"conftest.py": f"TEMPLATE = {str(TEMPLATE)!r}\n{CONFTEST}", "test_theirs.py": TEST})

    done = run_pytest(python, tmp_path, "-p", "no:xdist", "-W", "error")

    left = json.loads((tmp_path / "left.json").read_text())
    assert "1 failed, 2 passed" in done.stdout and "what the function said" in done.stdout, done.stdout
    assert Path(left.pop("where")).is_relative_to(python.parents[1])
    assert left == {"processes": 0, "threads": [], "environment": []}


def test_a_wrong_option_is_one_sentence(python: Path, tmp_path: Path) -> None:
    options = "@pytest.fixture(scope='session')\ndef stack_options():\n    return {'enviroment': {}}\n"
    conftest = f"import pytest\nfrom workbench.embedded import stack\n{options}"
    write(tmp_path, {"conftest.py": conftest, "test_it.py": "def test_it(stack):\n    assert stack\n"})

    done = run_pytest(python, tmp_path, "-p", "no:xdist")

    said = "The fixture stack_options has no option 'enviroment'; did you mean environment?"
    assert done.returncode == 1 and said in done.stdout


def test_the_package_needs_no_pytest_until_the_fixture_is_asked_for(python: Path, tmp_path: Path) -> None:
    program = """
        import sys
        sys.modules["pytest"] = None
        import workbench.embedded
        print(hasattr(workbench.embedded, "stock"))
    """
    done = subprocess.run([python, "-c", textwrap.dedent(program)], cwd=tmp_path, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_the_wheel_carries_every_file_of_the_functions_as_module_and_as_code(wheel: Path) -> None:
    here = {path.relative_to(FUNCTIONS).as_posix() for path in FUNCTIONS.rglob("*") if path.is_file()}
    wanted = {name for name in here if "__pycache__" not in name and ".egg-info" not in name}
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {f"workbench/stack/functions/{name}" for name in wanted} <= names
    assert wanted - {"Makefile"} <= names
