"""Which name a file gets in the bucket."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.problem import Problem
from workbench.sources import free_name, name_sources


def make(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"clip")
    return path


def test_a_clip_keeps_its_name(tmp_path):
    (source,) = name_sources([make(tmp_path / "Mein Film №1 + ü.mp4")], "videos")
    assert source.key("abc") == "sessions/abc/videos/Mein Film №1 + ü.mp4"


def test_another_clip_of_the_same_name_does_not_overwrite_the_first(tmp_path):
    sources = name_sources([make(tmp_path / folder / "a.mp4") for folder in "xyz"], "videos")
    assert [source.name for source in sources] == ["a.mp4", "a-2.mp4", "a-3.mp4"]


def test_the_same_clip_twice_is_one_source(tmp_path):
    clip = make(tmp_path / "a.mp4")
    first, second = name_sources([clip, tmp_path / "." / "a.mp4"], "videos")
    assert first is second


@given(st.lists(st.sampled_from(["a.mp4", "a-2.mp4", "a", "b.mp4"]), max_size=12))
def test_names_never_collide(wanted):
    taken: list[str] = []
    for name in wanted:
        taken.append(free_name(name, set(taken)))
    assert len(set(taken)) == len(taken)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Problem, match=r"gone\.mp4 does not exist"):
        name_sources([tmp_path / "gone.mp4"], "videos")


def test_a_folder_is_no_clip(tmp_path):
    with pytest.raises(Problem, match="is not a file"):
        name_sources([tmp_path], "videos")


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(Problem, match=r"empty\.mp4 is empty"):
        name_sources([tmp_path / "empty.mp4"], "videos")


@pytest.mark.contract("keys.file-name")
@pytest.mark.parametrize("name", ["a\\b.mp4", "a\nb.mp4", "a\x7fb.mp4", b"\xff.mp4".decode(errors="surrogateescape")])
def test_a_name_the_bucket_must_not_hold_is_refused_with_the_cure(tmp_path, name):
    with pytest.raises(Problem, match="rename it") as refusal:
        name_sources([make(tmp_path / name)], "videos")
    assert refusal.value.format_message().isprintable()
