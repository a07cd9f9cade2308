"""boto3 in another process: README's program, as it stands there."""

import subprocess
import sys

import imageio_ffmpeg

from tests.embedded.clients.conftest import Program, Running
from tests.rules.tree import ROOT
from tests.shown import files_shown


def test_readmes_program_makes_a_film(run: Program, up: Running, tmp_path):
    (tmp_path / "film.py").write_text(up.at_its_ports(files_shown("README.md")["film.py"]))
    (tmp_path / "samples").symlink_to(ROOT / "samples")

    said = run(sys.executable, "film.py").stdout.splitlines()

    assert (
        said[-2].startswith("completed ")
        and said[-2].endswith(" 100.0 %")
        and said[-1].startswith("film.mp4: 854 x 480 ")
    )
    decode = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "film.mp4", "-f", "null", "-"]
    assert subprocess.run(decode, cwd=tmp_path, capture_output=True, text=True).stderr == ""


def test_readmes_program_says_what_is_wrong_with_a_request(up: Running, tmp_path):
    program = up.at_its_ports(files_shown("README.md")["film.py"]).replace('"intro.png"', "7")
    (tmp_path / "samples").symlink_to(ROOT / "samples")

    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "slides" in ended.stderr and len(ended.stderr.splitlines()) == 1
