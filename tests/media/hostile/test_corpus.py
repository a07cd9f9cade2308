"""Hostile files: each job fails with a name and a sentence, or plays; nothing is read, opened or left behind."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.media.hostile.calls import STRACE, Calls, calls_of_encoders
from tests.media.hostile.worker import Outcome

ROOT = Path(__file__).parents[3]
MOST_MEMORY_MIB = 1536
NEVER_MEDIA = {"disguised": "SourceUnreadable", "stills": "SlideFailed"}
EITHER = {"completed", "SourceUnreadable", "EncodeFailed"}  # of files that are only partly broken

# Those that are clips or pictures after all: what is wrong with them is ignored, and they play.
PLAY = {
    *("mov-url-of-a-file", "mov-url-of-a-server", "mkv-linked-segments", "mkv-segment-name", "mkv-ordered-chapters"),
    *("mkv-attachments", "avi-playlist-as-subtitles", "mp4-with-html", "mp4-then-zip", "mp4-header-65535-square"),
    *("mp4-of-no-size", "pixel-aspect-zero", "mkv-says-it-is-long", "mkv-frame-of-no-time", "mp4-all-at-once"),
    *("mp4-title-of-a-book", "mp4-line-breaks", "mkv-100000-tags", "mp4-rotation", "mp4-rotation-zero"),
    *("mp4-huge-configuration", "ts-grows-in-the-middle", "sound-with-a-hole", "png-more-than-it-shows"),
    *("png-text-bomb", "png-text-that-is-a-path", "png-of-a-million-frames", "jpeg-half", "jpeg-comments"),
    "jpeg-camera-data-of-itself",
}
TOO_LONG = {
    *("mkv-400000-seconds", "mkv-a-thousand-years", "mp4-68-years", "mp4-delayed-by-an-edit"),
    *("mp4-tick-zero", "mp4-tick-tiny"),
}
ASKED_BY_THE_C_LIBRARY = {  # time zone, number of processors, how memory is granted
    *("/etc/localtime", "/proc/stat", "/sys/devices/system/cpu/online", "/proc/sys/vm/overcommit_memory")
}
BROKEN_FILM = {"mkv-backwards"}  # seen at the proof of what was encoded


@dataclass(frozen=True)
class Run:
    """What became of the whole corpus on one worker."""

    outcomes: list[Outcome]
    film: str
    left: list[str]
    connections: int
    log: Path
    temporary: Path
    secret: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("hostile")
    secret, files, temporary = folder / "secret.mp4", folder / "files", folder / "temporary"
    shutil.copy(ROOT / "samples" / "bunny.mp4", secret)
    temporary.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        _python("tests.media.hostile.corpus", files, secret, port, temporary=temporary)
        watch = (*STRACE, "-o", folder / "log") if shutil.which("strace") else ()
        said = _python("tests.media.hostile.worker", files, folder, watch=watch, temporary=temporary)
        rows = [json.loads(line) for line in said.splitlines()]
        connections = _waiting(door)
    outcomes = [Outcome(**row) for row in rows[:-1]]
    left = [path.name for path in temporary.iterdir()]
    sys.stdout.write(figures(outcomes))
    yield Run(outcomes, rows[-1]["film"], left, connections, folder / "log", temporary, str(secret))


@pytest.fixture(scope="module")
def calls(run: Run) -> Calls:
    return calls_of_encoders(run.log)


def _python(module: str, *arguments: object, temporary: Path, watch: tuple[object, ...] = ()) -> str:
    command = [*map(str, watch), sys.executable, "-m", module, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'functions'}", "TMPDIR": str(temporary)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _waiting(door: socket.socket) -> int:
    """How many have knocked."""
    door.setblocking(False)
    try:
        door.accept()[0].close()
    except BlockingIOError:
        return 0
    return 1


def figures(outcomes: list[Outcome]) -> str:
    """Shown by `pytest -s`."""
    found = Counter((outcome.family, outcome.code) for outcome in outcomes)
    lines = [f"{family:12} {code:18} {count:4}" for (family, code), count in sorted(found.items())]
    peak = max(outcomes, key=lambda outcome: outcome.peak_mib)
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    total = f"{len(outcomes)} files; at most {peak.peak_mib} MiB ({peak.name}) and {slowest.seconds} s ({slowest.name})"
    return "\n".join(["", *lines, total, ""])


def expected(outcome: Outcome) -> set[str]:
    if outcome.family in ("truncated", "flipped"):
        return EITHER
    for names, code in ((PLAY, "completed"), (TOO_LONG, "PlanTooLarge"), (BROKEN_FILM, "EncodeFailed")):
        if outcome.name in names:
            return {code}
    return {NEVER_MEDIA.get(outcome.family, "SourceUnreadable")}


def test_every_file_has_the_outcome_it_should_have(run):
    assert len(run.outcomes) >= 200
    wrong = [(o.family, o.name, o.code, o.sentence) for o in run.outcomes if o.code not in expected(o)]
    assert not wrong


def test_what_is_expected_is_there(run):
    names = {outcome.name for outcome in run.outcomes}
    assert names >= PLAY | TOO_LONG | BROKEN_FILM


def test_a_refusal_is_one_sentence_that_names_the_file(run):
    for outcome in run.outcomes:
        if outcome.code in ("SourceUnreadable", "SlideFailed"):
            assert outcome.name in outcome.sentence and outcome.clip and outcome.name in outcome.clip
        assert "\n" not in outcome.sentence and len(outcome.sentence) < 550, outcome
        assert str(run.temporary) not in outcome.sentence and not re.search(r"0x[0-9a-f]{6}", outcome.sentence), outcome


def test_no_encoder_takes_more_than_a_gibibyte_and_a_half(run):
    assert max(outcome.peak_mib for outcome in run.outcomes) <= MOST_MEMORY_MIB


def test_the_next_job_of_the_worker_is_as_ever(run):
    assert [outcome.name for outcome in run.outcomes if not outcome.is_next_well] == []
    assert run.film == "1.0 s 320x180"


def test_nothing_is_left_on_the_disk(run):
    assert run.left == []


def test_nobody_calls_the_server_that_files_name(run):
    assert run.connections == 0


@pytest.mark.program("strace")
def test_an_encoder_asks_for_no_socket_and_no_program(calls):
    assert calls.encoders > 500
    assert calls.others == []


@pytest.mark.program("strace")
def test_an_encoder_opens_what_is_in_its_folder_and_its_libraries(run, calls):
    """Attempts count too."""
    own = re.compile(rf"{re.escape(str(run.temporary))}/roughcut-\w+(/clip-\d+-samples)?/[\w.-]+|[\w.-]+")
    libraries = re.compile(r"(/usr)?/lib(64)?/.*|/etc/ld\.so\.\w+|.*/imageio_ffmpeg/binaries/.*|.*/lib/[^/]*\.so[.\d]*")
    strange = {path: done for path, done in calls.opened.items() if not own.fullmatch(path)}
    strange = {path: done for path, done in strange.items() if not libraries.fullmatch(path)}
    assert set(strange) <= ASKED_BY_THE_C_LIBRARY
    assert not [path for path in calls.opened if run.secret in path or ".." in path]


@pytest.fixture
def careless(tmp_path):
    """Opens an input without any whitelist, watched; what it said, and its calls."""

    def try_to_open(*given: object) -> tuple[str, Calls]:
        log = tmp_path / "log"
        said = _python("tests.media.hostile.careless", *given, watch=(*STRACE, "-o", log), temporary=tmp_path)
        return said, calls_of_encoders(log)

    return try_to_open


@pytest.mark.program("strace")
def test_without_whitelists_a_file_outside_the_folder_still_cannot_be_read(careless):
    """And the watch sees the attempt."""
    said, calls = careless(ROOT / "samples" / "bunny.mp4")
    assert "Permission denied" in said
    assert calls.opened[str(ROOT / "samples" / "bunny.mp4")] is False


@pytest.mark.program("strace")
def test_without_whitelists_no_socket_is_opened(careless):
    with socket.create_server(("127.0.0.1", 0)) as door:
        said, _ = careless(f"tcp://127.0.0.1:{door.getsockname()[1]}")
        assert _waiting(door) == 0
    assert "Operation not permitted" in said


@pytest.mark.program("strace")
def test_without_whitelists_and_filter_the_watch_sees_the_socket(careless):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]  # closed by the time it is tried
    _, calls = careless(f"tcp://127.0.0.1:{port}", "unfiltered")
    assert any(call.startswith("socket(AF_INET") for call in calls.others)
