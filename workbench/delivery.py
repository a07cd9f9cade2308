"""A finished job's files, from the bucket to a folder of this machine: all of them or no folder."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.problem import Problem


def require_folder(out: Path) -> None:
    """Asked before the job runs, not after an hour of encoding. Raises `Problem` for one that cannot be written."""
    if out.exists() and not out.is_dir():
        raise Problem(f"--out {out} is a file; it must be a folder, or not there yet.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Problem(f"--out {out} cannot be made: {problem.strerror}.") from problem
    if not os.access(out, os.W_OK | os.X_OK):
        raise Problem(f"--out {out} cannot be written to.")


def deliver(s3: Any, bucket: str, job: dict[str, Any], out: Path) -> Path:
    """Download the attempt's files and `job.json` into `out/<job_id>`, which it returns.

    Raises `Problem` when the disk is full; then, as after Ctrl-C, nothing of it stays behind.
    """
    prefix = f"sessions/{job['session_id']}/jobs/{job['job_id']}/{job['attempt']}/"
    files = {item["Key"]: int(item["Size"]) for item in listed(s3, bucket, prefix)}
    require_space(out, sum(files.values()))
    with unfinished_folder(out, job["job_id"]) as folder:
        for key in files:
            target = folder / key.removeprefix(prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, key, str(target))
        (folder / "job.json").write_text(json.dumps(job, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return folder.rename(out / str(job["job_id"]))


def listed(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


def require_space(out: Path, needed: int) -> None:
    free = shutil.disk_usage(out).free
    if needed > free:
        raise Problem(full_disk(out, f"the film takes {needed / 1e6:,.1f} MB, {free / 1e6:,.1f} MB are free"))


@contextmanager
def unfinished_folder(out: Path, name: str) -> Iterator[Path]:
    """A folder beside the final one, gone at the end unless it was renamed."""
    folder = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=out))
    folder.chmod(0o777 & ~current_umask())
    try:
        yield folder
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(full_disk(out, "the film does not fit")) from problem
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def current_umask() -> int:
    """mkdtemp makes folders for the owner alone; a film is an ordinary folder."""
    umask = os.umask(0)
    os.umask(umask)
    return umask


def full_disk(out: Path, why: str) -> str:
    return f"The disk of {out} is full: {why}. Free some space, or name another folder by --out."


def film_of(job: dict[str, Any], folder: Path) -> Path:
    """The file to watch: the stitched film, or the folder itself for a job that makes none."""
    stitched = (job.get("result") or {}).get("stitched")
    if not stitched:
        return folder
    prefix = f"sessions/{job['session_id']}/jobs/{job['job_id']}/{job['attempt']}/"
    return folder / str(stitched["key"]).removeprefix(prefix)
