"""The one place that starts processes: it ends them too, and says why."""

import gzip
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from roughcut.engine import binary
from roughcut.engine.binary import ffmpeg_path
from roughcut.engine.ffmpeg import Ffmpeg
from roughcut.engine.workroom import workroom
from roughcut.jobs.errors import AttemptOver, EncodeFailed, EncoderKilled, PlanTooLarge, TimedOut
from roughcut.stages.room import Room
from tests.media.film import now_ms

ENDLESS = ["-progress", "pipe:1", "-stats_period", "0.1", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"]
IN_REAL_TIME = [*ENDLESS[:4], "-re", *ENDLESS[4:]]


def encoder(milliseconds: int = 60_000) -> Ffmpeg:
    return Ffmpeg(ffmpeg_path(None), stop_at_ms=now_ms() + milliseconds, memory=1 << 30, clock=now_ms)


def a_workroom(*, deadline: int | None = None, left: int = 90_000):
    return workroom(None, deadline_ms=deadline or now_ms() + 9000, remaining_ms=left, memory_mib=1769, clock=now_ms)


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def test_a_command_that_never_ends_is_killed_at_the_deadline(tmp_path):
    with pytest.raises(TimedOut):
        encoder(500).run(IN_REAL_TIME, tmp_path)
    assert not children()


def test_no_encoder_is_started_after_the_deadline(tmp_path):
    with pytest.raises(TimedOut, match="before its encoder began"):
        encoder(-1).run(["-version"], tmp_path)


def test_an_encoder_killed_from_outside_is_told_from_one_that_failed(tmp_path):
    def kill(_: str) -> None:
        os.kill(children()[0].pid, signal.SIGKILL)

    with pytest.raises(EncoderKilled, match="SIGKILL"):
        encoder().run(IN_REAL_TIME, tmp_path, kill)


def test_a_refused_report_ends_the_encoder_at_once(tmp_path):
    def refuse(_: str) -> None:
        raise AttemptOver("cancelled")

    with pytest.raises(AttemptOver):
        encoder().run(IN_REAL_TIME, tmp_path, refuse)
    assert not children()


WORKER = """
import sys, psutil
from pathlib import Path
from tests.media.test_engine import IN_REAL_TIME, children, encoder
encoder().run(IN_REAL_TIME, Path(sys.argv[1]), lambda _: print(children()[0].pid, flush=True))
"""


def test_an_encoder_dies_with_its_worker(tmp_path):
    """A worker killed by SIGKILL can clean up nothing."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    environment = {"PYTHONPATH": f"{root}{os.pathsep}{root / 'functions'}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as worker:
        encoding = psutil.Process(int(worker.stdout.readline()))
        worker.kill()
    _, alive = psutil.wait_procs([encoding], timeout=5)
    assert not alive


def test_an_encoder_has_no_environment_and_its_own_group(tmp_path):
    seen: list[dict[str, str]] = []
    groups: list[int] = []

    def look(_: str) -> None:
        (process,) = children()
        seen.append(process.environ())
        groups.append(os.getpgid(process.pid))
        raise AttemptOver("enough")

    with pytest.raises(AttemptOver):
        encoder().run(IN_REAL_TIME, tmp_path, look)
    assert seen == [{}] and groups != [os.getpgid(0)]


def test_the_reason_of_a_failure_names_no_folder_and_no_address(tmp_path):
    (tmp_path / "clip").write_bytes(b"\0\0\0\x18ftypisom" + bytes(400))
    with pytest.raises(EncodeFailed) as failed:
        encoder().run(["-v", "error", "-f", "mov", "-i", f"file:{tmp_path}/clip", "-f", "null", "-"], tmp_path)
    assert "moov atom not found" in failed.value.problem
    assert str(tmp_path) not in failed.value.problem and "0x" not in failed.value.problem


def test_a_missing_encoder_is_one_sentence():
    with pytest.raises(EncodeFailed, match=r"^FFmpeg is missing: there is no file nowhere/ffmpeg\.$"):
        Ffmpeg(Path("nowhere/ffmpeg"), stop_at_ms=0, memory=0, clock=now_ms)


def test_a_full_disk_is_one_sentence(tmp_path):
    full = Path("/dev/full")
    command = ["-f", "lavfi", "-i", "testsrc2=d=1:s=64x64", "-f", "rawvideo", f"file:{full}"]
    with pytest.raises(PlanTooLarge, match=r"^The worker's disk is full\.$"):
        encoder().run(command, tmp_path)


def test_a_full_disk_met_by_python_is_the_same_sentence():
    with (
        pytest.raises(PlanTooLarge, match="disk is full"),
        a_workroom(),
    ):
        Path("/dev/full").write_bytes(bytes(1 << 16))


def test_the_folder_of_a_step_is_gone_after_it(tmp_path):
    with a_workroom() as (folder, _):
        (folder / "film.mp4").write_bytes(b"half")
    assert not folder.exists()


def test_the_lambdas_own_end_comes_before_a_later_deadline(tmp_path):
    far = now_ms() + 3_600_000
    with (
        a_workroom(deadline=far, left=20_100) as (folder, ffmpeg),
        pytest.raises(TimedOut),
    ):
        ffmpeg.run(IN_REAL_TIME, folder)


def test_a_step_that_does_not_fit_the_disk_says_so_with_figures(tmp_path):
    with pytest.raises(PlanTooLarge, match=r"Encoding needs \d+ MiB of disk: the worker has \d+ MiB free\."):
        Room(tmp_path, encoder()).require(1 << 60, "Encoding")


def test_a_packed_ffmpeg_is_unpacked_once_and_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "imageio_ffmpeg" / "binaries" / "ffmpeg-tiny.gz"
    packed.parent.mkdir(parents=True)
    packed.write_bytes(gzip.compress(b"#!/bin/sh\necho packed\n"))
    (tmp_path / "imageio_ffmpeg" / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "imageio_ffmpeg", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    programs = {binary._bundled.__wrapped__() for _ in range(2)}

    assert programs == {tmp_path / "ffmpeg-tiny"}
    assert subprocess.run([programs.pop()], capture_output=True, text=True).stdout == "packed\n"
    assert not list(tmp_path.glob("tmp*"))
