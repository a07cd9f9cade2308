"""README's two ways of a film: by commands alone, and by curl alone."""

import json
import subprocess

import imageio_ffmpeg
import pytest

from tests.embedded.clients.conftest import Running
from tests.rules.tree import ROOT
from tests.shown import commands_shown

pytestmark = [pytest.mark.program("jq"), pytest.mark.program("curl")]


def size_of(film) -> str:
    """As ffmpeg tells it, having decoded all of it without a complaint."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    decoded = subprocess.run([ffmpeg, "-v", "error", "-i", film, "-f", "null", "-"], capture_output=True, text=True)
    assert (decoded.returncode, decoded.stderr) == (0, "")
    told = subprocess.run([ffmpeg, "-i", film], capture_output=True, text=True).stderr
    return told.partition("Video: ")[2].partition(" [")[0].rpartition(" ")[2]


def whole_way(up: Running, folder, mark: str, ahead: str = "") -> str:
    """stdout of README's block that has `mark`, run in a folder with the samples."""
    (folder / "samples").symlink_to(ROOT / "samples")
    shown = ahead + commands_shown("README.md", mark).replace("http://127.0.0.1:8787", up.http)
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shown],
        cwd=folder,
        env=up.variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.contract("cli.operations")
def test_a_film_by_commands_alone(up: Running, tmp_path):
    ahead = f"export PATH={ROOT / '.venv/bin'}:$PATH ROUGHCUT_ENDPOINT={up.http}\n"

    said = whole_way(up, tmp_path, "roughcut quote hello", ahead)

    assert "sessions/hello/videos/bunny.mp4" in said and "cancelled" in said and "completed" in said
    assert "films/bunny 480p.mp4" in said.splitlines()[-3:]
    assert size_of(tmp_path / "films/bunny 480p.mp4") == "854x480"
    assert {path.name for path in (tmp_path / "films").iterdir()} == {"bunny 480p.mp4", "thumbnail.jpg", "intro.png"}


@pytest.mark.contract("http.routes")
def test_a_film_by_curl_alone(up: Running, tmp_path):
    said = whole_way(up, tmp_path, "call $api/quote")

    assert json.loads((tmp_path / "watched").read_text() or "false") is True
    assert ('"usd":' in said and '"status": "cancelled"' in said) or "cancelling" in said
    assert size_of(tmp_path / "film.mp4") == "854x480"
