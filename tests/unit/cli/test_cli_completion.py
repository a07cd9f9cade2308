"""`roughcut completion` in a real bash."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.cli import exit_code

PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def completed(*words: str) -> list[str]:
    """What bash offers after these words."""
    quoted = " ".join(f"'{word}'" for word in words)
    script = (
        'eval "$(roughcut completion bash)"\n'
        f"COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}\n"
        '_roughcut_completion roughcut; printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env={**os.environ, "PATH": PATH}, check=True
    )
    return done.stdout.split()


def test_bash_completes_commands_options_and_choices():
    assert completed("roughcut", "ca") == ["cancel"]
    assert "--watch" in completed("roughcut", "status", "--w")
    assert completed("roughcut", "submit", "--type", "gen") == ["generate_slides"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_calls_roughcut(shell, capsys):
    assert exit_code(["completion", shell, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["shell"] == shell and f"_ROUGHCUT_COMPLETE={shell}_complete" in told["script"]
