"""What `sam build` makes of functions/ and layers/, by the same Makefiles, for both architectures."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

FOLDERS = {"FfmpegLayer": "layers/ffmpeg", "SlidesLayer": "layers/slides", "code": "functions"}


def make(folder: Path, architecture: str, *variables: str) -> Path:
    """As SAM does: a copy of the folder, and ARTIFACTS_DIR for what comes of it."""
    for name, source in FOLDERS.items():
        scratch, artifacts = folder / "scratch" / name, folder / name
        shutil.copytree(ROOT / source, scratch)
        artifacts.mkdir()
        environment = {**os.environ, "ARTIFACTS_DIR": str(artifacts), "ARCHITECTURE": architecture}
        makefile = str(ROOT / source / "Makefile")
        command = ["make", "--silent", "--makefile", makefile, f"build-{name}", f"PYTHON={sys.executable}", *variables]
        done = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Architecture -> folder of what was built for it."""
    made = {name: make(tmp_path_factory.mktemp(name), name) for name in ("arm64", "x86_64")}
    yield made
    for folder in made.values():
        shutil.rmtree(folder)  # 700 MB


@pytest.fixture(scope="session")
def for_this_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The x86_64 build, but for the Python that runs here."""
    version = f"PYTHON_VERSION={sys.version_info.major}.{sys.version_info.minor}"
    folder = make(tmp_path_factory.mktemp("here"), "x86_64", version)
    yield folder
    shutil.rmtree(folder)
