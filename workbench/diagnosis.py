"""What a machine needs for Roughcut, one check each: what was found, and what to do about it."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.doors import open_door
from workbench.problem import Problem

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 2_000_000_000  # a demo's environment, media and film take about 1 GB
FONT_PACKAGES = ("fontpkg_inter", "manimgx_fonts", "manimgx_fonts_cjk")
PORTS = {8787: "the HTTP API", 4566: "the AWS endpoint"}

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` says what to do; empty when nothing needs doing."""

    name: str
    state: State
    found: str
    advice: str = ""


def diagnose(
    endpoint: str, function: str | None, folder: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[Finding]:
    """Every check of this machine; `folder` is where films would go, `function` is asked instead of `endpoint`."""
    yield check_python(sys.version_info[:2])
    yield check_ffmpeg(environment.get("ROUGHCUT_FFMPEG"))
    yield check_fonts()
    yield check_disk(folder, shutil.disk_usage(folder).free)
    yield check_credentials(environment, Path.home())
    answers = check_endpoint(endpoint, function)
    yield answers
    yield from (check_port(port, purpose, ours=answers.state == "ok") for port, purpose in PORTS.items())


def check_python(version: tuple[int, int]) -> Finding:
    found = ".".join(map(str, version))
    if version < LEAST_PYTHON:
        return Finding("python", "fail", found, "install Python 3.11 or newer and start run.py with it")
    return Finding("python", "ok", found)


def check_ffmpeg(override: str | None) -> Finding:
    """The one ROUGHCUT_FFMPEG names, else the one of the imageio-ffmpeg wheel."""
    try:
        program = override or bundled_ffmpeg()
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603 - our own or the user's ffmpeg
    except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
        cure = (
            f"ROUGHCUT_FFMPEG is {override!r}: unset it, or name an ffmpeg program" if override else "run run.py again"
        )
        return Finding("ffmpeg", "fail", f"does not run: {problem}", cure)
    return Finding("ffmpeg", "ok", said.split(" Copyright")[0])


def bundled_ffmpeg() -> str:
    import imageio_ffmpeg  # its import alone looks for the binary

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def require_ffmpeg() -> None:
    """Raises `Problem` before a job starts rather than a failed job after."""
    finding = check_ffmpeg(os.environ.get("ROUGHCUT_FFMPEG"))
    if finding.state == "fail":
        raise Problem(f"ffmpeg {finding.found}; {finding.advice}.")


def check_fonts() -> Finding:
    missing = [name for name in FONT_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        return Finding("fonts", "fail", f"missing: {', '.join(missing)}", "remove .venv and run run.py again")
    return Finding("fonts", "ok", f"{len(FONT_PACKAGES)} font packages")


def check_disk(folder: Path, free: int) -> Finding:
    found = f"{free / 1e9:.1f} GB free in {folder.resolve()}"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", "warn", found, "free some space; long films take about twice their sources")
    return Finding("disk", "ok", found)


def check_credentials(environment: Mapping[str, str], home: Path) -> Finding:
    """Whether there are any; they are not tried, and nothing on this machine needs them."""
    if "AWS_ACCESS_KEY_ID" in environment or "AWS_PROFILE" in environment:
        return Finding("credentials", "ok", "AWS credentials in the environment")
    if any((home / ".aws" / name).is_file() for name in ("credentials", "config")):
        return Finding("credentials", "ok", "AWS credentials in ~/.aws")
    return Finding("credentials", "ok", "no AWS credentials; local runs need none")


def check_endpoint(endpoint: str, function: str | None = None) -> Finding:
    try:
        stats = open_door(endpoint, function)({"operation": "stats"})
    except Problem as problem:
        return Finding("endpoint", "warn", problem.format_message(), "only needed by the commands that ask a Roughcut")
    told = f"{function or endpoint}: {stats['processing']} processing, {stats['queued']['total']} queued"
    return Finding("endpoint", "ok", told)


def check_port(port: int, purpose: str, *, ours: bool) -> Finding:
    """`ours`: a Roughcut answers here already, so that its ports are taken by right."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    if not taken:
        return Finding(f"port {port}", "ok", f"free for {purpose}")
    if ours:
        return Finding(f"port {port}", "ok", "in use while a Roughcut runs")
    option = "--port" if port == 8787 else "--aws-port"
    return Finding(f"port {port}", "warn", "taken by another program", f"start `roughcut up {option} 0` for a free one")
