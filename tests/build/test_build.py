"""Every function fits Lambda with its layers, holds binaries of its own architecture only, and lacks nothing."""

import platform
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.rules.tree import resources

LIMIT = 262_144_000  # bytes of a function and its layers, unzipped
MACHINES = {"arm64": 183, "x86_64": 62}  # of ELF headers
RUNTIME = ("boto3", "botocore", "s3transfer", "dateutil", "urllib3", "six")  # what Lambda's Python brings
FUNCTIONS = resources("AWS::Serverless::Function")
ARCHITECTURES = sorted(MACHINES)


def layers(function: str) -> list[str]:
    return [layer["Ref"] for layer in FUNCTIONS[function].get("Layers", [])]


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_and_its_layers_fit_lambda(builds, function, architecture, tell):
    total = sum(size(builds[architecture] / part) for part in ("code", *layers(function)))

    tell(f"{function} on {architecture}: {total / 1e6:.0f} of {LIMIT / 1e6:.0f} MB")
    assert total < LIMIT


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_binary_is_of_the_architecture(builds, architecture):
    found = [path for path in builds[architecture].rglob("*") if path.is_file() and header(path)[:4] == b"\x7fELF"]

    assert {path.suffix for path in found} >= {".so"} and len(found) >= 3
    assert {struct.unpack_from("<H", header(path), 18)[0] for path in found} == {MACHINES[architecture]}


def header(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(20)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_ffmpeg_may_be_executed(builds, architecture):
    (program,) = (builds[architecture] / "FfmpegLayer").rglob("ffmpeg-*")

    assert program.stat().st_mode & 0o111 == 0o111


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the build that runs here is for x86_64")
@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_finds_all_that_it_imports_and_runs(for_this_python, tmp_path, function):
    """Nothing of this machine is on the path but what Lambda's runtime has too."""
    for name in RUNTIME:
        origin = Path(str(find_spec(name).origin))
        place = origin.parent if origin.name == "__init__.py" else origin
        (tmp_path / place.name).symlink_to(place)
    path = [for_this_python / "code", *(for_this_python / layer / "python" for layer in layers(function)), tmp_path]
    program = f"import {FUNCTIONS[function]['Handler'].rpartition('.')[0]}\n"
    if layers(function):
        program += "import subprocess\nfrom roughcut.engine.binary import ffmpeg_path\n"
        program += "subprocess.run([ffmpeg_path(None), '-version'], check=True)"
    environment = {"PYTHONPATH": ":".join(map(str, path)), "TMPDIR": str(tmp_path), "AWS_DEFAULT_REGION": "us-east-1"}

    done = subprocess.run([sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert ("ffmpeg version" in done.stdout) == bool(layers(function))
