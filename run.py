#!/usr/bin/env python3
"""Set Roughcut up in this clone, then run it. Needs nothing but Python 3.11+ (and uv, if it is there).

python3 run.py demo    a finished film from the two clips in samples/ and three slides
python3 run.py test    the test suite (arguments go on to pytest)
python3 run.py up      the embedded AWS until Ctrl-C
python3 run.py ...     any other roughcut command, e.g. `python3 run.py run clip.mp4`
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python 3 parses this file, and then says this sentence
    sys.exit(
        f"run.py: Roughcut needs Python 3.11 or newer, this is {sys.version.split()[0]}. Cure: `sudo apt-get install "
        "python3 python3-venv` (Debian 12+, Ubuntu 24.04+) or `brew install python` (macOS), then use that python3."
    )
if os.name == "nt":
    sys.exit("run.py: Roughcut runs on Linux and macOS; on Windows, run it inside WSL.")

import fcntl

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
STAMP = VENV / ".roughcut-set-up"

# A quarter of the tests' time is waiting, so one process more than there are cores. The embedded AWS of a test takes
# its own cores and memory: more than four at a time gain nothing.
SIDE_BY_SIDE = ["-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist", "worksteal"]

DEMO = [
    "run",
    str(ROOT / "samples" / "lecture.mp4"),
    str(ROOT / "samples" / "bunny.mp4"),
    *("--slide", "Roughcut: clips in, a finished film out"),
    *("--slide", "Two clips that do not match"),
    *("--slide", "Thank you for watching"),
]


def main(arguments: list[str]) -> None:
    """Set up if needed, then become the asked-for program. Does not return."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    set_up()
    sys.stdout.flush()
    if verb == "test":
        os.chdir(ROOT)
        become(PYTHON, "-m", "pytest", "-rs", *SIDE_BY_SIDE, *rest)
    become(VENV / "bin" / "roughcut", *(DEMO if verb == "demo" else [verb]), *rest)


def become(program: Path, *arguments: str) -> None:
    """Replace this process, so that signals and the exit code are the program's own."""
    os.execv(program, [str(program), *arguments])  # noqa: S606 - this very program, no shell wanted


def set_up() -> None:
    """Bring .venv to what the lock says; a second run.py in the same clone waits its turn."""
    done = set_up_digests()
    if stamped() == done:
        return
    # A lock on the folder needs no file and ends with the process; pip inherits it, so that an orphaned pip counts too.
    clone = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(clone, fcntl.LOCK_EX)
    install(done, clone)
    os.close(clone)


def install(done: list[str], clone: int) -> None:
    """Install what is missing. The stamp goes first and comes back last: half a set-up never counts as done."""
    before = stamped()
    if before == done:
        return
    STAMP.unlink(missing_ok=True)
    if before[:1] != done[:1]:
        print("run.py: setting up .venv from requirements.lock (once, a minute or two)", file=sys.stderr, flush=True)
        make_environment(clone)
    install_project(clone)
    STAMP.write_text("\n".join(done))


def set_up_digests() -> list[str]:
    """What .venv depends on: [everything installed, the project's own metadata]."""
    place = f"{ROOT} {sys.version_info[:2]}".encode()
    return [hashlib.sha256(facts).hexdigest() for facts in (place + LOCK.read_bytes(), PROJECT.read_bytes())]


def stamped() -> list[str]:
    """The digests of the last finished set-up; [] if there is none that still runs."""
    return STAMP.read_text().split() if STAMP.exists() and PYTHON.exists() else []


def make_environment(clone: int) -> None:
    """A new .venv that holds the lock's packages and no others."""
    uv = shutil.which("uv")
    if not uv:
        require_venv()
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        call(clone, uv, "venv", "--quiet", "--python", sys.executable, str(VENV))
    else:
        call(clone, sys.executable, "-m", "venv", str(VENV))
    call(clone, *installer(), "--require-hashes", "-r", str(LOCK))


def require_venv() -> None:
    """Debian and Ubuntu ship Python without ensurepip, and `python3 -m venv` then fails half-way."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(
            f"run.py: this Python lacks {' and '.join(missing)}. Cure: `sudo apt-get update && sudo apt-get install "
            "python3-venv` (Debian, Ubuntu), `brew install python` (macOS), or install uv."
        )


def install_project(clone: int) -> None:
    """The project itself, editable, built by the lock's setuptools: nothing that the lock does not name is fetched."""
    call(clone, *installer(), "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def installer() -> list[str]:
    """The install command, for uv's environments (which hold no pip) or venv's."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    # As with uv, a module is compiled when it is first imported: most never are.
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]


def call(clone: int, *command: str) -> None:
    """Run a set-up command, quiet unless it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=[clone])
    if done.returncode:
        sys.stderr.write(done.stdout)
        sys.exit(f"run.py: the set-up stopped, see above, at: {' '.join(command)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
