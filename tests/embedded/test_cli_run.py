"""One film through the real command line: real template, real machine, real handlers, real ffmpeg."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import imageio_ffmpeg
import psutil
import pytest

SECONDS = 180
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(autouse=True, scope="module")
def _interruptible() -> Iterator[None]:
    """A run that was put in the background ignores SIGINT, and its children would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def started(*arguments: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A running `roughcut`, which does not outlive the test whatever happens."""
    program = Path(sys.executable).with_name("roughcut")
    with subprocess.Popen(
        [program, *arguments], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def roughcut(*arguments: str, folder: Path) -> tuple[int, str, str]:
    with started(*arguments, folder=folder) as process:
        out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def make_clip(path: Path, *, size: str, rate: int, seconds: float) -> Path:
    path.parent.mkdir(exist_ok=True)
    picture = f"testsrc2=size={size}:rate={rate}:duration={seconds}"
    sound = f"sine=frequency=440:sample_rate=48000:duration={seconds}"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run([FFMPEG, "-v", "error", "-y", *inputs, *coding, str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """(folder of the job, final status answer, stderr) of a film of two clips of the same name and two slides."""
    folder = tmp_path_factory.mktemp("film")
    first = make_clip(folder / "one" / "clip.mp4", size="320x240", rate=25, seconds=1)
    second = make_clip(folder / "two" / "clip.mp4", size="320x180", rate=30, seconds=2)
    slides = ["--slide", "Two clips of one name", "--slide", "Ενδιάμεσο"]
    code, out, err = roughcut("run", str(first), str(second), *slides, "--out", "films", "--json", folder=folder)
    assert code == 0, err
    job = json.loads(out)
    return folder / "films" / job["job_id"], job, err


def test_the_job_completed_and_says_so_on_stdout(film):
    _, job, _ = film
    assert (job["status"], job["progress"]) == ("completed", 100)


def test_slides_and_clips_alternate_and_clips_of_one_name_are_both_there(film):
    folder, job, _ = film
    edit = json.loads((folder / "edit.json").read_text())
    shown = [edit["sources"][part["source"]] for part in edit["parts"]]
    slides = [float(source["seconds"]) for source in shown if source["kind"] == "slide"]
    assert [source.get("name", source.get("id")) for source in shown] == [
        "slide-1",
        "clip.mp4",
        "slide-2",
        "clip-2.mp4",
    ]
    assert job["result"]["duration"] == pytest.approx(1 + 2 + sum(slides), abs=0.05)


@pytest.mark.contract("cli.run")
def test_the_folder_holds_every_file_that_the_result_names(film):
    folder, job, _ = film
    result = job["result"]
    keys = [item["key"] for item in [*result["renditions"], *result["slides"], result["hls"], result["thumbnail"]]]
    prefix = f"sessions/{job['session_id']}/jobs/{job['job_id']}/{job['attempt']}/"
    assert [key for key in keys if not (folder / key.removeprefix(prefix)).stat().st_size] == []
    assert json.loads((folder / "job.json").read_text()) == job


def test_the_film_decodes_without_a_message(film):
    folder, job, _ = film
    newest = folder / "renditions" / f"{job['result']['renditions'][0]['resolution']}.mp4"
    decoded = subprocess.run([FFMPEG, "-v", "error", "-i", newest, "-f", "null", "-"], capture_output=True, text=True)
    assert (decoded.returncode, decoded.stderr) == (0, "")


def test_progress_in_a_log_is_plain_lines_that_end_completed(film):
    _, _, err = film
    lines = err.splitlines()
    assert lines[-1] == "completed: 100 %"
    assert not [line for line in lines if "\x1b" in line]


def test_its_edit_makes_the_same_film_again(film, tmp_path):
    folder, job, _ = film
    clips = [tmp_path / "clip.mp4", tmp_path / "clip-2.mp4"]
    for clip, made in zip(clips, ("one", "two"), strict=True):
        clip.write_bytes((folder.parents[1] / made / "clip.mp4").read_bytes())

    edit = ["--edit", str(folder / "edit.json")]
    code, out, err = roughcut("run", *edit, *map(str, clips), "--resolution", "240p", "--json", folder=tmp_path)

    assert code == 0, err
    again = json.loads(out)
    decided = json.loads((tmp_path / "roughcut-out" / again["job_id"] / "edit.json").read_text())
    assert decided["parts"] == json.loads((folder / "edit.json").read_text())["parts"]
    assert again["result"]["duration"] == job["result"]["duration"]


def test_nothing_unfinished_lies_beside_the_film(film):
    folder, _, _ = film
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_broken_clip_fails_with_one_sentence_that_names_it(tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"this is not a film" * 1000)
    code, out, err = roughcut("run", "broken.mp4", folder=tmp_path)
    last = err.splitlines()[-1]
    assert (code, out) == (1, "")
    assert last.startswith("roughcut: The job ") and "broken.mp4" in last and "(SourceUnreadable)" in last
    assert list((tmp_path / "roughcut-out").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--session", "no/slash", "--slide", "x"], "session_id"), (["--slide", "word " * 1000], "slides")],
)
def test_a_request_that_is_refused_is_one_sentence_with_its_field(tmp_path, arguments, said):
    code, out, err = roughcut("run", *arguments, folder=tmp_path)
    assert (code, out) == (1, "")
    assert said in err.splitlines()[-1] and "Traceback" not in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_its_workers_and_leaves_no_film(tmp_path, number, code):
    make_clip(tmp_path / "clip.mp4", size="1280x720", rate=30, seconds=3)
    with started("run", "clip.mp4", folder=tmp_path) as process:
        assert any(line.startswith("encoding") for line in process.stderr)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == code and "Traceback" not in err
    assert children and psutil.wait_procs(children, timeout=10)[1] == []
    assert list((tmp_path / "roughcut-out").iterdir()) == []


@pytest.mark.contract("cli.up", "names.embedded-environment")
def test_up_says_where_it_is_and_serves_both_doors_until_it_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("MAX_CONCURRENT_JOBS", "7")
    with started("up", "--port", "0", "--aws-port", "0", folder=tmp_path) as process:
        ready, http, aws, address = process.stdout.readline().split()
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        buckets = session.client("s3", endpoint_url=address).list_buckets()["Buckets"]
        _, answer, _ = roughcut("stats", "--endpoint", http, "--json", folder=tmp_path)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=SECONDS)
    assert (ready, aws) == ("ready", "aws")
    assert "roughcut-media-123456789012-us-east-1" in [bucket["Name"] for bucket in buckets]
    assert (json.loads(answer)["processing"], json.loads(answer)["max_concurrent"]) == (0, 7)
    assert process.returncode == 0 and "Traceback" not in err


def test_up_on_a_taken_port_names_its_holder_and_the_option_for_the_next(tmp_path):
    with started("up", "--port", "0", "--aws-port", "0", folder=tmp_path) as first:
        port = first.stdout.readline().split()[1].rpartition(":")[2]
        code, _, err = roughcut("up", "--port", port, "--aws-port", "0", folder=tmp_path)
        first.terminate()
        first.communicate(timeout=SECONDS)
    assert code == 1
    taken = f"roughcut: Port {port} for the HTTP API is taken by "
    assert err.splitlines()[-1].startswith(taken) and f"(pid {first.pid}). Free it, or take the next: --port " in err
    assert "Traceback" not in err
