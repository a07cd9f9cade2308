"""One worker that gets hostile files one after the other, and a good one after each that came as far as an encoder.

    python -m tests.media.hostile.worker CORPUS FOLDER [NAME...]

Its encoders run without the filter of system calls, so that every attempt at a socket is seen. Prints a line of JSON
for each file: what became of its job, and of the good clip after it. A program of its own, so that a test can watch
all its system calls.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from roughcut.jobs.errors import PipelineError
from roughcut.stages.probe import probe
from tests.media.clips import flash
from tests.media.film import SESSION, Studio, a_room
from tests.media.hostile.calls import let_sockets_be_seen
from tests.media.hostile.corpus import Hostile, written

OUTPUTS = {"resolutions": ["240p"], "thumbnail": False}


@dataclass(frozen=True)
class Outcome:
    """`code` is "completed" or the error's name; `peak_mib` of the job's largest encoder."""

    family: str
    name: str
    code: str
    sentence: str
    clip: str | None
    seconds: float
    peak_mib: int
    is_next_well: bool


class Worker:
    def __init__(self, folder: Path) -> None:
        self._peaks = watched_peaks()
        self._studio = Studio(folder)
        (self._good,) = self._studio.upload(flash(folder / "good.mp4", seconds=1))
        self._seen = self._look_at_the_good_one()

    def take(self, file: Hostile) -> Outcome:
        began, self._peaks[:] = time.monotonic(), [0]
        code, sentence, clip = self._job(file)
        seconds, peak = round(time.monotonic() - began, 2), max(self._peaks)
        is_next_well = not peak or self._look_at_the_good_one() == self._seen
        return Outcome(file.family, file.name, code, sentence, clip, seconds, peak, is_next_well)

    def film(self) -> str:
        """A whole job of the good clip, after all the others."""
        result = self._studio.run({"videos": [self._good], **OUTPUTS})
        return f"{result['duration']} s {result['width']}x{result['height']}"

    def _job(self, file: Hostile) -> tuple[str, str, str | None]:
        name = f"{file.name}.{'mp4' if file.kind == 'videos' else 'png'}"
        self._studio.media.objects[f"sessions/{SESSION}/{file.kind}/{name}"] = file.body
        try:
            self._studio.run({file.kind: [name], **OUTPUTS})
        except PipelineError as error:
            return type(error).__name__, error.problem, error.clip
        except Exception as error:  # what no stage raises on purpose: `status` would call it Internal
            return "Internal", repr(error), None
        return "completed", "", None

    def _look_at_the_good_one(self) -> object:
        with a_room() as room:
            key = f"sessions/{SESSION}/videos/{self._good}"
            return probe(self._good, key, media=self._studio.media, room=room, place="clip")


def watched_peaks() -> list[int]:
    """Gets the memory of every child process that is waited for from now on, in MiB."""
    peaks: list[int] = []

    def waitpid(pid: int, options: int) -> tuple[int, int]:
        found, status, usage = os.wait4(pid, options)
        peaks.append(usage.ru_maxrss // 1024 if found else 0)
        return found, status

    os.waitpid = waitpid
    return peaks


def chosen(files: Iterator[Hostile], names: list[str]) -> Iterator[Hostile]:
    return (file for file in files if not names or file.name in names)


def main() -> None:
    files, folder, *names = sys.argv[1:]
    let_sockets_be_seen()
    worker = Worker(Path(folder))
    for file in chosen(written(Path(files)), names):
        say(asdict(worker.take(file)))
    say({"film": worker.film()})


def say(row: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(row)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
