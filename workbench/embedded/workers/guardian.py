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
from contextlib import suppress
from pathlib import Path

from workbench.embedded.workers.processes import kill

_PACKAGE_ROOT = Path(__file__).parents[3]


class Guardian:
    """The stack's end of the line. A guardian that is killed itself is followed by another, who knows what it knew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._watched: set[int] = set()
        self._closed = False
        self._process = self._start()
        self._follower = threading.Thread(target=self._follow, name="guardian", daemon=True)
        self._follower.start()

    @property
    def pid(self) -> int:
        """Of the process that guards now."""
        return self._process.pid

    def watch(self, pid: int) -> None:
        """A worker has started."""
        with self._lock:
            self._watched.add(pid)
            self._say(f"+{pid}")

    def forget(self, pid: int) -> None:
        """A worker is dead."""
        with self._lock:
            self._watched.discard(pid)
            self._say(f"-{pid}")

    def close(self) -> None:
        """Nothing is left to guard."""
        with self._lock:
            self._closed = True
            self._hang_up()
        self._follower.join()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "workbench.embedded.workers.guardian", str(self._folder)],
            stdin=subprocess.PIPE,
            text=True,
            cwd=_PACKAGE_ROOT,
            # Ctrl-C in a terminal goes to the whole group, and the guardian must be the last to leave.
            start_new_session=True,
        )

    def _follow(self) -> None:
        while True:
            self._process.wait()
            with self._lock:
                self._hang_up()
                if self._closed:
                    return
                self._process = self._start()
                for pid in self._watched:
                    self._say(f"+{pid}")

    def _say(self, line: str) -> None:
        stdin = self._process.stdin
        if stdin and not stdin.closed:
            # A dead guardian reads nothing; the next one is told everything.
            with suppress(BrokenPipeError):
                stdin.write(f"{line}\n")
                stdin.flush()

    def _hang_up(self) -> None:
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()


def main(folder: str) -> None:
    """Guard until the input closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: set[int] = set()
    for line in sys.stdin:
        change, pid = line[0], int(line[1:])
        (watched.add if change == "+" else watched.discard)(pid)
    kill(watched, Path(folder))
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
