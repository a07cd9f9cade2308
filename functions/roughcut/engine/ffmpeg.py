"""Runs FFmpeg: the one place that starts processes."""

import math
import os
import platform
import signal
import subprocess
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread, Timer

from roughcut.engine.allowance import Allowance, launcher
from roughcut.engine.complaints import Complaints, in_short
from roughcut.jobs.errors import EncodeFailed, EncoderKilled, PlanTooLarge, TimedOut
from roughcut.ports import Clock

_ALWAYS = ("-nostdin", "-hide_banner", "-y", "-max_alloc", str(1 << 30))
_CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
_ASKED_TO_END = 255  # FFmpeg's answer to SIGTERM, SIGINT and the limit of processor time, without a word


class Ffmpeg:
    """FFmpeg held to a moment at which it is killed, and to `memory` bytes; an `Encoder`."""

    def __init__(self, executable: Path, *, stop_at_ms: int, memory: int, clock: Clock) -> None:
        if not executable.is_file():
            raise EncodeFailed(f"FFmpeg is missing: there is no file {executable}.")
        self._executable, self._stop_at_ms, self._memory, self._clock = executable, stop_at_ms, memory, clock

    @property
    def name(self) -> str:
        return f"{self._executable.name}-{self._executable.stat().st_size}-{platform.machine()}"

    def run(self, arguments: Sequence[str], folder: Path, on_line: Callable[[str], None] = lambda _: None) -> str:
        seconds = (self._stop_at_ms - self._clock()) / 1000
        if seconds <= 0:
            raise TimedOut("The time for this step was over before its encoder began.")
        allowance = Allowance(cpu_seconds=math.ceil(seconds) * (os.cpu_count() or 1), memory=self._memory)
        process = _Process([*launcher(self._executable, allowance), *_ALWAYS, *arguments], folder)
        process.follow(seconds, on_line)
        if process.is_expired:
            raise TimedOut(f"The encoder was stopped after {seconds:.0f} s, when the time for this step was over.")
        complaints = process.complaints.text
        _judge(process.code, complaints, folder)
        return complaints


class _Process:
    """One process group from start to end."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.is_expired = False
        self.complaints = Complaints()
        # The interpreter's own libraries, for the launcher; FFmpeg itself gets no environment at all.
        environment = {"LD_LIBRARY_PATH": str(sysconfig.get_config_var("LIBDIR") or "")}
        self._popen = subprocess.Popen(  # noqa: S603  # a list, no shell; every argument is built by roughcut.media
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            process_group=0,  # its own group, to be killed whole; not its own session, so that ours still finds it
        )

    @property
    def code(self) -> int:
        return self._popen.returncode

    def follow(self, seconds: float, on_line: Callable[[str], None]) -> None:
        """Wait for the end; kill the group at the deadline, or if `on_line` raises."""
        watchdog, listener = Timer(seconds, self._expire), Thread(target=self._listen)
        watchdog.start()
        listener.start()
        try:
            for line in self._popen.stdout or ():
                on_line(line.rstrip("\n"))
            self._popen.wait()
        finally:
            watchdog.cancel()
            self._kill()
            listener.join()
            self._close()

    def _expire(self) -> None:
        self.is_expired = self._popen.poll() is None
        self._kill()

    def _kill(self) -> None:
        if self._popen.poll() is None:
            os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()

    def _listen(self) -> None:
        """Read all, whatever is kept: a full pipe would stop FFmpeg."""
        stderr = self._popen.stderr
        assert stderr is not None  # it is a pipe
        for line in iter(lambda: stderr.readline(Complaints.longest_line), ""):
            self.complaints.add(line)

    def _close(self) -> None:
        for pipe in (self._popen.stdout, self._popen.stderr):
            if pipe is not None:
                pipe.close()


def _judge(code: int, complaints: str, folder: Path) -> None:
    if code == 0:
        return
    if "No space left on device" in complaints:
        raise PlanTooLarge("The worker's disk is full.")
    if "File too large" in complaints:
        raise PlanTooLarge("The film would be larger than a worker can hold.")
    if code == _ASKED_TO_END and not complaints:
        raise EncoderKilled("The encoder was asked to end from outside.")
    if code < 0 and -code not in _CRASHES:
        raise EncoderKilled(f"The encoder was killed from outside by {signal.Signals(-code).name}.")
    ended = f"FFmpeg crashed ({signal.Signals(-code).name})" if code < 0 else f"FFmpeg ended with {code}"
    raise EncodeFailed(f"{ended}: {in_short(complaints, folder)}")
