"""A film arrives whole or not at all."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.delivery import deliver, film_of, require_folder
from workbench.problem import Problem

PREFIX = "sessions/abc/jobs/J1/2/"
JOB = {
    "job_id": "J1",
    "session_id": "abc",
    "attempt": 2,
    "status": "completed",
    "result": {"stitched": {"key": f"{PREFIX}renditions/720p.mp4"}},
}


class Bucket:
    """An S3 client of one bucket; `breaks` is raised in place of the second download."""

    def __init__(self, breaks: BaseException | None = None, size: int = 4) -> None:
        names = ["result.json", "renditions/720p.mp4", "hls/master.m3u8"]
        self.sizes, self.breaks, self.done = {PREFIX + name: size for name in names}, breaks, 0

    def get_paginator(self, _operation: str) -> "Bucket":
        return self

    def paginate(self, **_where: str) -> Iterator[dict[str, Any]]:
        yield from ({"Contents": [{"Key": key, "Size": size}]} for key, size in self.sizes.items())
        yield {}

    def download_file(self, _bucket: str, key: str, path: str) -> None:
        self.done += 1
        if self.breaks and self.done == 2:
            raise self.breaks
        Path(path).write_text(key)


@pytest.mark.contract("cli.run")
def test_the_folder_holds_the_attempts_files_and_the_status_answer(tmp_path):
    folder = deliver(Bucket(), "media", JOB, tmp_path)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert folder == tmp_path / "J1"
    assert files == ["hls/master.m3u8", "job.json", "renditions/720p.mp4", "result.json"]
    assert json.loads((folder / "job.json").read_text()) == JOB


def test_the_film_is_the_stitched_one():
    assert film_of(JOB, Path("out/J1")) == Path("out/J1/renditions/720p.mp4")


def test_a_job_of_slides_alone_is_its_folder():
    assert film_of(JOB | {"result": {"slides": []}}, Path("out/J1")) == Path("out/J1")


@pytest.mark.parametrize("breaks", [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EDQUOT, "Quota")])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, breaks):
    with pytest.raises(Problem, match="is full"):
        deliver(Bucket(breaks), "media", JOB, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_film_larger_than_the_disk_is_not_begun(tmp_path):
    bucket = Bucket(size=10**15)
    with pytest.raises(Problem, match=r"the film takes 3,000,000,000.0 MB"):
        deliver(bucket, "media", JOB, tmp_path)
    assert bucket.done == 0


def test_ctrl_c_leaves_no_half_film(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        deliver(Bucket(KeyboardInterrupt()), "media", JOB, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_out_that_is_a_file_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "film").touch()
    with pytest.raises(Problem, match="is a file; it must be a folder"):
        require_folder(tmp_path / "film")
