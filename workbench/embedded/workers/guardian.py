"""A small process that outlives the stack by a moment: when the stack is killed, it ends the workers and their ffmpegs.

`python -m workbench.embedded.workers.guardian FOLDER`. It reads lines, `+PID` for a worker that started and `-PID` for
one that ended, until its input closes, which happens however the stack dies. Then it kills what is left, and removes
FOLDER, the workers' temporary files.
"""

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from workbench.embedded.workers.processes import kill

_PACKAGE_ROOT = Path(__file__).parents[3]


class Guardian:
    """The stack's end of the line."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "workbench.embedded.workers.guardian", str(folder)],
            stdin=subprocess.PIPE,
            text=True,
            cwd=_PACKAGE_ROOT,
            # Ctrl-C in a terminal goes to the whole group, and the guardian must be the last to leave.
            start_new_session=True,
        )

    def watch(self, pid: int) -> None:
        """A worker has started."""
        self._say(f"+{pid}")

    def forget(self, pid: int) -> None:
        """A worker is dead."""
        self._say(f"-{pid}")

    def close(self) -> None:
        """Nothing is left to guard."""
        with self._lock:
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        with self._lock:
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.write(f"{line}\n")
                self._process.stdin.flush()


def main(folder: str) -> None:
    """Guard until the input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watched: set[int] = set()
    for line in sys.stdin:
        change, pid = line[0], int(line[1:])
        (watched.add if change == "+" else watched.discard)(pid)
    for pid in watched:
        kill(pid)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
