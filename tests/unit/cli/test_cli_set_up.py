"""`run.py` in a clone of its own: when it sets up, what it says, and what an accident leaves behind.

A shell script stands for uv: it makes an environment whose `roughcut` prints its arguments, and keeps a journal.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import run as run_py
from tests.rules.tree import ROOT

UV = f"""#!/bin/sh
echo "$1 $*" >> "$JOURNAL"
[ ! -e "$JOURNAL.broken" ] || {{ echo "no space left"; exit 28; }}
if [ "$1" = venv ]; then
  for last; do :; done
  mkdir -p "$last/bin"
  ln -s {sys.executable} "$last/bin/python"
  printf '#!/bin/sh\\necho "roughcut $*"\\n' > "$last/bin/roughcut"
  chmod +x "$last/bin/roughcut"
fi
"""


@dataclass
class Clone:
    """A folder with run.py, a lock and a project, and a PATH that holds the uv above."""

    folder: Path
    path: str

    @property
    def journal(self) -> list[str]:
        """What uv was asked for since the last look: "venv", "lock" or "project"."""
        kept = self.folder / "journal"
        lines = kept.read_text().splitlines() if kept.exists() else []
        kept.unlink(missing_ok=True)
        return ["venv" if line[0] == "v" else "project" if "--editable" in line else "lock" for line in lines]

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        environment = {"PATH": self.path, "JOURNAL": str(self.folder / "journal")}
        command = [sys.executable, str(self.folder / "run.py"), *arguments]
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    folder, programs = tmp_path / "a clone", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    shutil.copy(ROOT / "run.py", folder)
    (folder / "requirements.lock").write_text("one")
    (folder / "pyproject.toml").write_text("one")
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    return Clone(folder, f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")


@pytest.mark.contract("cli.run-py")
def test_the_first_call_sets_up_with_one_line_and_runs_the_command(clone):
    code, out, err = clone.run("status", "abc")
    assert (code, out) == (0, "roughcut status abc\n")
    assert err.startswith("run.py: setting up") and err.count("\n") == 1
    assert clone.journal == ["venv", "lock", "project"]


def test_the_second_call_sets_nothing_up_and_says_nothing(clone):
    clone.run("up")
    first = clone.journal
    assert clone.run("up") == (0, "roughcut up\n", "")
    assert first and clone.journal == []


@pytest.mark.contract("cli.run-py")
def test_demo_makes_a_film_of_the_two_samples_and_three_slides(clone):
    _, out, _ = clone.run("demo", "--json")
    assert out.startswith("roughcut run ") and out.endswith(" --json\n")
    assert out.count("/samples/") == 2 and out.count("--slide") == 3


def test_without_a_command_it_shows_the_help(clone):
    assert clone.run()[1] == "roughcut --help\n"


def test_a_changed_lock_makes_the_environment_anew(clone):
    clone.run("up")
    first = clone.journal
    (clone.folder / "requirements.lock").write_text("two")
    clone.run("up")
    assert clone.journal == first == ["venv", "lock", "project"]


def test_a_changed_project_is_only_installed_again(clone):
    clone.run("up")
    first = clone.journal
    (clone.folder / "pyproject.toml").write_text("two")
    assert clone.run("up")[2] == ""
    assert first and clone.journal == ["project"]


def test_a_failed_set_up_shows_the_reason_and_does_not_count_as_done(clone):
    broken = clone.folder / "journal.broken"
    broken.touch()
    code, out, err = clone.run("up")
    broken.unlink()
    first = clone.journal
    assert (code, out) == (1, "") and "no space left" in err and "Traceback" not in err
    assert clone.run("up")[1] == "roughcut up\n"
    assert (first, clone.journal) == (["venv"], ["venv", "lock", "project"])


def test_an_environment_without_its_stamp_is_made_anew(clone):
    clone.run("up")
    first = clone.journal
    (clone.folder / ".venv" / run_py.STAMP.name).unlink()
    clone.run("up")
    assert first and clone.journal == ["venv", "lock", "project"]


def test_two_at_once_set_up_once(clone):
    both = [clone.start("status", name) for name in ("a", "b")]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert outputs == ["roughcut status a\n", "roughcut status b\n"]
    assert clone.journal == ["venv", "lock", "project"]


def test_a_python_without_ensurepip_is_told_the_cure(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    with pytest.raises(SystemExit, match=r"lacks ensurepip\. Cure: .*apt-get install python3-venv"):
        run_py.require_venv()
