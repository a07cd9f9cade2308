"""What the progress bar writes on a terminal, and where it is no bar."""

import os
import pty
import re
import subprocess
import sys

import pytest

SHOW = """
from workbench.display import display
from workbench.progress import View
with display() as show:
    show.show(View("encoding", 40.0, 65))
"""
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")


def on_a_terminal(**environment: str) -> str:
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "CI")}
    subprocess.run([sys.executable, "-c", SHOW], stderr=theirs, check=True, env=plain | {"TERM": "xterm"} | environment)
    os.close(theirs)
    written = b""
    while chunk := read(ours):
        written += chunk
    os.close(ours)
    return written.decode()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that nobody writes any more
        return b""


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_the_bar_has_colours_unless_no_color_says_so(environment, coloured):
    written = on_a_terminal(**environment)
    assert "encoding" in written and bool(COLOUR.search(written)) is coloured


def test_what_is_piped_is_plain_lines():
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True)
    assert done.stderr == "encoding: 40 %, about 1:05 left\n"
