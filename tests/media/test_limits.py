"""Every limit an encoder is held to, provoked."""

import ctypes
import logging
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from roughcut.engine import landlock, seccomp
from roughcut.engine.allowance import Allowance, launcher
from roughcut.engine.binary import ffmpeg_path
from roughcut.engine.complaints import Complaints, in_short
from roughcut.engine.ffmpeg import Ffmpeg
from roughcut.jobs.errors import AttemptOver, EncodeFailed, EncoderKilled, PlanTooLarge
from roughcut.media.inputs import LARGEST_FRAME, LARGEST_PICTURE, MOST_STREAMS, opened
from tests.media.clips import H264, ffmpeg
from tests.media.film import now_ms
from tests.media.hostile.atoms import full_box, replaced, u32
from tests.media.test_engine import IN_REAL_TIME, encoder

MIB = 1 << 20
NULL = ("-f", "null", "-")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this limit")


def generated(source: str) -> list[str]:
    return ["-v", "error", "-f", "lavfi", "-i", source]


def launched(allowance: Allowance, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """FFmpeg under an allowance, without what waits for it."""
    command = [*launcher(ffmpeg_path(None), allowance), "-nostdin", "-v", "error", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def inside(folder: Path, code: str) -> str:
    """What Python says in an encoder's place."""
    command = [*launcher(Path(sys.executable).resolve(), Allowance(60, 512 * MIB)), "-I", "-S", "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


# What a file may ask for.


def test_one_block_of_memory_is_at_most_a_gibibyte(tmp_path):
    """A table of 402 million entries, asked for where there would be memory for it."""
    path = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=d=0.2:s=64x64", *H264, path)
    path.write_bytes(replaced(path.read_bytes(), "stts", full_box("stts", u32(0x18000000))))
    roomy = Ffmpeg(ffmpeg_path(None), stop_at_ms=now_ms() + 60_000, memory=8192 * MIB, clock=now_ms)
    with pytest.raises(EncodeFailed, match="Cannot allocate memory"):
        roomy.run(["-v", "error", *opened(path, "mov"), *NULL], tmp_path)


@pytest.mark.parametrize(("demuxer", "most"), [("mov", LARGEST_FRAME), ("png_pipe", LARGEST_PICTURE)])
def test_a_picture_of_too_many_pixels_is_refused(tmp_path, demuxer, most):
    """The picture fits; one a little larger does not."""
    width = 8000
    for height, is_refused in ((most // width, False), (most // width + 8, True)):
        path = tmp_path / f"{height}.{'mov' if demuxer == 'mov' else 'png'}"
        ffmpeg("-f", "lavfi", "-i", f"color=s={width}x{height}:d=0.04", "-frames:v", "1", "-c:v", "png", path)
        command = ["-v", "error", *opened(path, demuxer), *NULL]
        if is_refused:
            with pytest.raises(EncodeFailed, match=rf"{width}x{height} exceeds specified max pixel count {most}"):
                encoder().run(command, tmp_path)
        else:
            encoder().run(command, tmp_path)


def test_a_file_of_too_many_streams_is_refused(tmp_path):
    path = tmp_path / "many.mov"
    maps = [argument for _ in range(MOST_STREAMS + 16) for argument in ("-map", "0:v")]
    ffmpeg("-f", "lavfi", "-i", "color=s=16x16:d=0.04", *maps, "-c:v", "mjpeg", path)
    with pytest.raises(EncodeFailed, match="max_streams"):
        encoder().run(["-v", "error", *opened(path, "mov"), *NULL], tmp_path)


def test_another_container_than_the_first_bytes_say_is_refused(tmp_path):
    path = tmp_path / "film.ts"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=d=0.2:s=64x64", *H264, path)
    with pytest.raises(EncodeFailed):
        encoder().run(["-v", "error", *opened(path, "mov"), *NULL], tmp_path)


def test_a_decoder_that_is_not_listed_does_not_run(tmp_path):
    path = tmp_path / "old.avi"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=d=0.2:s=64x64", "-c:v", "asv1", path)
    with pytest.raises(EncodeFailed, match=r"Codec \(asv1\) not on whitelist"):
        encoder().run(["-v", "error", *opened(path, "avi"), *NULL], tmp_path)


def test_no_protocol_but_files(tmp_path):
    path = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=d=0.2:s=64x64", *H264, path)
    for prefix in ("cache:", "async:", "subfile,,start,0,end,0,,:"):
        *command, _ = opened(path, "mov")
        with pytest.raises(EncodeFailed, match="not on whitelist 'file'"):
            encoder().run(["-v", "error", *command, f"{prefix}{path}", *NULL], tmp_path)


# What a process may use.


def test_memory(tmp_path):
    small = Ffmpeg(ffmpeg_path(None), stop_at_ms=now_ms() + 60_000, memory=400 * MIB, clock=now_ms)
    with pytest.raises(EncodeFailed, match=r"Cannot allocate memory|Resource temporarily unavailable"):
        small.run([*generated("testsrc2=s=4096x4096:d=9,reverse"), *NULL], tmp_path)


def test_processor_time(tmp_path):
    """FFmpeg ends by itself, a second late at most; five seconds later it would be killed."""
    endless = ("-f", "lavfi", "-i", "testsrc2=s=1920x1080", *NULL)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert launched(Allowance(1, 1024 * MIB), tmp_path, *endless).returncode == 255
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert 0.7 < ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime < 3


def test_an_encoder_asked_to_end_is_told_from_one_that_failed(tmp_path):
    asked: list[str] = []

    def ask(line: str) -> None:
        if not asked:
            psutil.Process().children()[0].terminate()
        asked.append(line)

    with pytest.raises(EncoderKilled, match="asked to end from outside"):
        encoder().run(["-v", "error", *IN_REAL_TIME], tmp_path, ask)


def test_the_size_of_a_file(tmp_path):
    raw = ("-f", "lavfi", "-i", "testsrc2=s=640x360:d=60", "-f", "rawvideo", "film.raw")
    done = launched(Allowance(60, 512 * MIB, file=MIB), tmp_path, *raw)
    assert done.returncode and "File too large" in done.stderr
    assert (tmp_path / "film.raw").stat().st_size <= MIB


@linux
def test_open_files_addresses_and_cores(tmp_path):
    found: list[tuple[int, int]] = []

    def look(_: str) -> None:
        (process,) = psutil.Process().children()
        kinds = (resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_CORE)
        found.extend(resource.prlimit(process.pid, kind) for kind in kinds)
        raise AttemptOver("enough")

    with pytest.raises(AttemptOver):
        encoder().run(IN_REAL_TIME, tmp_path, look)
    assert found == [(256, 256), (16 << 30, 16 << 30), (0, 0)]


@linux
def test_more_open_files_than_allowed(tmp_path):
    assert "Too many open files" in inside(tmp_path, "import os; [os.dup(0) for _ in range(300)]")


# What a process may reach.


@linux
def test_no_file_outside_the_folder_and_the_command(tmp_path):
    room, other = tmp_path / "room", tmp_path / "other"
    room.mkdir()
    other.write_text("another's")
    assert "PermissionError" in inside(room, f"print(open({str(other)!r}).read())")
    assert "PermissionError" in inside(room, "print(open('/etc/passwd').read())")
    assert "PermissionError" in inside(room, "print(open('/proc/self/environ').read())")
    assert "PermissionError" in inside(room, f"open({str(tmp_path / 'new')!r}, 'w')")
    assert inside(room, "open('mine', 'w').write('x'); print(open('mine').read())") == "x\n"


@linux
def test_a_link_out_of_the_folder_leads_nowhere(tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    (tmp_path / "other").write_text("another's")
    (room / "link").symlink_to(tmp_path / "other")
    assert "PermissionError" in inside(room, "print(open('link').read())")


@linux
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_no_socket(tmp_path, family):
    # The C modules of the standard library lie beside it: on the list of what an encoder may read, as its libraries.
    code = f"import ctypes, socket; print(ctypes.CDLL(None, use_errno=True).socket(int(socket.{family}), 1, 0))"
    assert inside(tmp_path, code).strip() == "-1"


@linux
@pytest.mark.parametrize("code", ["os.fork()", "os.kill(os.getppid(), 0)", "os.setsid()", "os.setpgid(0, 0)"])
def test_no_other_process(tmp_path, code):
    assert "PermissionError" in inside(tmp_path, f"import os; {code}; print('done')")


@linux
def test_threads_are_allowed(tmp_path):
    code = "import threading; t = threading.Thread(target=print, args=('hello',)); t.start(); t.join()"
    assert inside(tmp_path, code) == "hello\n"


@linux
@pytest.mark.parametrize("call", ["io_uring_setup", "ptrace", "process_vm_readv", "pidfd_getfd", "bpf", "unshare"])
def test_no_way_round(tmp_path, call):
    number = seccomp._REFUSED[call][os.uname().machine == "aarch64"]
    code = f"import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.syscall({number}, 0, 0), ctypes.get_errno())"
    assert inside(tmp_path, code) == "-1 1\n"


@linux
def test_the_filter_has_a_number_for_each_call_on_both_processors():
    """The numbers of this machine's own headers, where it has them, are those of the table."""
    headers = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}
    found = 0
    for column, header in enumerate(headers.values()):
        path = Path("/usr/include", header)
        numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", path.read_text())) if path.exists() else {}
        for name, pair in seccomp._REFUSED.items():
            if name in numbers:
                assert pair[column] == int(numbers[name]), (name, header)
                found += 1
    assert found or not Path("/usr/include/asm-generic/unistd.h").exists()


INSPECT = """
import ctypes, os
from roughcut.engine.privacy import refuse_inspection

def child_reads():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.dup2(writer, 1), os.dup2(writer, 2)
        os.execve("/bin/cat", ["cat", f"/proc/{os.getppid()}/environ"], {})
    os.close(writer)
    os.wait()
    return os.read(reader, 1000)

if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
before = child_reads()
refuse_inspection()
print(before, child_reads())
"""


@linux
def test_a_workers_credentials_cannot_be_read_by_its_encoders(tmp_path):
    environment = {"SECRET": "hunter2", "PYTHONPATH": str(Path(__file__).parents[2] / "functions")}
    command = [sys.executable, "-c", INSPECT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert "SECRET=hunter2" in done.stdout and "Permission denied" in done.stdout, done.stdout + done.stderr


# Where a kernel cannot.


def test_a_processor_without_a_filter_goes_on(monkeypatch):
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "", "", "", "riscv64")))
    assert seccomp.refuse_sockets() == "no filter for riscv64"


@linux
def test_a_kernel_without_landlock_goes_on(monkeypatch):
    monkeypatch.setattr(landlock, "_CREATE", 100_000)
    assert landlock.show_only([], []) == "error 38"


def test_what_is_unavailable_is_logged_once(caplog):
    with caplog.at_level(logging.WARNING, logger="roughcut.engine"):
        for _ in range(2):
            Complaints().add("roughcut: seccomp is unavailable: error 38\n")
    assert [record.getMessage() for record in caplog.records] == ["protection seccomp is unavailable: error 38"]


# What FFmpeg says.


def test_endless_complaints_are_kept_at_both_ends():
    complaints = Complaints()
    for index in range(100_000):
        complaints.add(f"[error] line {index}\n")
    kept = complaints.text
    assert kept.startswith("[error] line 0\n") and kept.endswith("[error] line 99999\n") and len(kept) < 300_000


def test_a_sentence_has_no_control_characters():
    assert in_short("\x1b[31m[error] bad\x00 name\n", Path("/nowhere")) == "[31mbad name"


def test_nothing_can_be_dumped_from_a_worker(tmp_path):
    from roughcut.engine.privacy import refuse_inspection

    refuse_inspection()
    if sys.platform == "linux":
        assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0


def test_a_file_that_grows_too_large_is_a_film_that_is_too_large(tmp_path, monkeypatch):
    small = Allowance(60, 512 * MIB, file=MIB)
    monkeypatch.setattr("roughcut.engine.ffmpeg.Allowance", lambda **_: small)
    command = [*generated("testsrc2=s=640x360:d=60"), "-f", "rawvideo", "film.raw"]
    with pytest.raises(PlanTooLarge, match="larger than a worker can hold"):
        encoder().run(command, tmp_path)
